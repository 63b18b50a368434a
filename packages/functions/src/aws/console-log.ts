import type { Log } from "@callboard/core";

export interface ConsoleLogOptions {
  /** The function that speaks; the dimension of its metrics. */
  readonly name: string;
  readonly now: () => number;
  /** Takes one line, without its end. */
  readonly write: (line: string) => void;
}

const NAMESPACE = "Callboard";

/**
 * JSON lines. A metric is a line in CloudWatch's embedded metric format
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html);
 * its fields stand beside it and are no dimensions, so that they may be many.
 */
export function consoleLog({ name, now, write }: ConsoleLogOptions): Log {
  const line = (level: string, message: string, fields: object = {}) =>
    write(JSON.stringify({ ...fields, level, message, function: name, at: new Date(now()).toISOString() }));
  return {
    info: (message, fields) => line("info", message, fields),
    warn: (message, fields) => line("warn", message, fields),
    metric: (metric, value, fields) =>
      write(
        JSON.stringify({
          ...fields,
          _aws: {
            Timestamp: now(),
            CloudWatchMetrics: [
              { Namespace: NAMESPACE, Dimensions: [["function"]], Metrics: [{ Name: metric }] },
            ],
          },
          function: name,
          [metric]: value,
        }),
      ),
  };
}
