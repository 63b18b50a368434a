import type { Log } from "@callboard/core";

/** A function that keeps the arguments of its calls and answers with `answer`. */
export function spy<T>(answer: T) {
  const calls: unknown[][] = [];
  const call = async (...args: unknown[]): Promise<T> => {
    calls.push(args);
    return answer;
  };
  return Object.assign(call, { calls });
}

/** A log that records its lines. */
export function keptLog() {
  const lines: { message: string; [field: string]: unknown }[] = [];
  const metrics: { name: string; value: number; [field: string]: unknown }[] = [];
  const log: Log = {
    info: (message, fields) => lines.push({ ...fields, message }),
    warn: (message, fields) => lines.push({ ...fields, message }),
    metric: (name, value, fields) => metrics.push({ ...fields, name, value }),
  };
  return { log, lines, metrics };
}
