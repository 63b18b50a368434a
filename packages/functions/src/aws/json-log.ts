import type { Log } from "@callboard/core";
import { systemClock, traceId } from "./machine.ts";

/** A log whose lines can be grouped by invocation. */
export interface InvocationLog extends Log {
  /** Replaces the keys that every line carries from now on. */
  about(keys: Readonly<Record<string, string>>): void;
}

const NAMESPACE = "Callboard";

/**
 * The log of a function: one JSON line for each entry, with the field names of Powertools for AWS Lambda, so that
 * CloudWatch's queries find them. A metric is a line in the embedded metric format
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 * Its dimensions are `service`, which is the function, and `stage` if it is set: otherwise stages in one account and
 * Region would set off each other's alarms. Other fields are not dimensions, so there may be many.
 */
export function jsonLog(service: string, stage?: string): InvocationLog {
  const dimensions = stage === undefined ? { service } : { stage, service };
  let keys: Readonly<Record<string, string>> = {};
  const write = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`);
  function say(level: "INFO" | "WARN", message: string, fields: object = {}): void {
    const timestamp = new Date(systemClock.now()).toISOString();
    // JSON leaves out undefined fields.
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
