import { Logger } from "@aws-lambda-powertools/logger";
import type { Log } from "@callboard/core";
import { systemClock } from "./machine.ts";

/** A log whose lines can be told apart by invocation. */
export interface InvocationLog extends Log {
  /** From now on every line carries these keys, and none of those before. */
  about(keys: Readonly<Record<string, string>>): void;
}

const NAMESPACE = "Callboard";

/**
 * The log of a function, by Powertools for AWS Lambda: a line of JSON each. A metric is a line in CloudWatch's embedded
 * metric format
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html),
 * with the function as its one dimension, `service`; its fields stand beside it and are no dimensions, so that they may
 * be many.
 */
export function powertoolsLog(name: string): InvocationLog {
  const logger = new Logger({ serviceName: name, logLevel: "INFO" });
  return {
    about(keys) {
      logger.resetKeys();
      logger.appendKeys(keys);
    },
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    metric(metric, value, fields = {}) {
      const Unit = metric.endsWith("_ms") ? "Milliseconds" : "Count";
      const directive = {
        Namespace: NAMESPACE,
        Dimensions: [["service"]],
        Metrics: [{ Name: metric, Unit }],
      };
      const _aws = { Timestamp: systemClock.now(), CloudWatchMetrics: [directive] };
      process.stdout.write(`${JSON.stringify({ ...fields, _aws, service: name, [metric]: value })}\n`);
    },
  };
}
