import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Log } from "@callboard/core";

/** A log whose lines can be told apart by invocation. */
export interface InvocationLog extends Log {
  /** From now on every line carries these keys, and none of those before. */
  about(keys: Readonly<Record<string, string>>): void;
}

const NAMESPACE = "Callboard";

/**
 * The log of a function, by Powertools for AWS Lambda: a line of JSON each. A metric is a line in CloudWatch's embedded
 * metric format, with the function as its one dimension, `service`; its fields stand beside it and are no dimensions,
 * so that they may be many.
 */
export function powertoolsLog(name: string): InvocationLog {
  const logger = new Logger({ serviceName: name, logLevel: "INFO" });
  const metrics = new Metrics({ namespace: NAMESPACE, serviceName: name });
  return {
    about(keys) {
      logger.resetKeys();
      logger.appendKeys(keys);
    },
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    metric(metric, value, fields = {}) {
      const single = metrics.singleMetric();
      for (const [field, of] of Object.entries(fields)) single.addMetadata(field, String(of));
      single.addMetric(metric, metric.endsWith("_ms") ? MetricUnit.Milliseconds : MetricUnit.Count, value);
    },
  };
}
