import type { Log } from "@callboard/core";
import { systemClock, traceId } from "./machine.ts";

/** A log whose lines can be told apart by invocation. */
export interface InvocationLog extends Log {
  /** From now on every line carries these keys, and none of those before. */
  about(keys: Readonly<Record<string, string>>): void;
}

const NAMESPACE = "Callboard";

/**
 * The log of a function: a line of JSON each, with the fields that Powertools for AWS Lambda has, by which CloudWatch's
 * queries find them. A metric is a line in the embedded metric format
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html),
 * with the function as its dimension `service`, and `stage` where it is told: stages of one account and Region would
 * otherwise set off each other's alarms. Its fields stand beside them and are no dimensions, so that they may be many.
 */
export function jsonLog(service: string, stage?: string): InvocationLog {
  const dimensions = stage === undefined ? { service } : { stage, service };
  let keys: Readonly<Record<string, string>> = {};
  const write = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`);
  function say(level: "INFO" | "WARN", message: string, fields: object = {}): void {
    const timestamp = new Date(systemClock.now()).toISOString();
    // What JSON leaves out where there is none.
    const xray_trace_id = traceId()?.match(/Root=([^;]+)/)?.[1];
    write({ ...keys, ...fields, level, message, service, timestamp, xray_trace_id });
  }
  return {
    about(next) {
      keys = next;
    },
    info: (message, fields) => say("INFO", message, fields),
    warn: (message, fields) => say("WARN", message, fields),
    metric(name, value, fields = {}) {
      const Unit = name.endsWith("_ms") ? "Milliseconds" : "Count";
      const Dimensions = [Object.keys(dimensions)];
      const directive = { Namespace: NAMESPACE, Dimensions, Metrics: [{ Name: name, Unit }] };
      const _aws = { Timestamp: systemClock.now(), CloudWatchMetrics: [directive] };
      write({ ...fields, _aws, ...dimensions, [name]: value });
    },
  };
}
