import { quantile } from "../statistics.ts";

/** The result of one rate, held for a while. */
export interface Rung {
  /** Events a second that were to be put, and for how long, in seconds. */
  readonly rate: number;
  readonly seconds: number;
  readonly put: number;
  /** Events that had not arrived when the last one was put. */
  readonly backlog: number;
  /** Never arrived. */
  readonly missed: number;
  /** From each put to its arrival, in milliseconds. */
  readonly latencies: readonly number[];
  /**
   * Milliseconds of the processor for each event: of the service, of its main thread, of a separate engine, and of the
   * generator.
   */
  readonly cpuMs: {
    readonly service: number;
    readonly main: number;
    readonly engine: number;
    readonly generator: number;
  };
}

/** If a generator puts less than this share of its events, the result measures the generator itself. */
const MIN_PUT = 0.98;
/** The longest backlog of a rate that is sustained, in seconds. */
const MAX_BACKLOG_SECONDS = 1;

/** The backlog when the last event was put, in seconds of this rate. */
export const backlogSeconds = ({ backlog, rate }: Pick<Rung, "backlog" | "rate">): number => backlog / rate;

/**
 * Whether a rate is sustained. `late`: the backlog was a second or longer at the end. `lost`: an event never arrived.
 * `not put`: the generator has fallen behind, so that nothing is known of the service.
 */
export function judge(
  rung: Pick<Rung, "rate" | "seconds" | "put" | "backlog" | "missed">,
): "sustained" | "late" | "lost" | "not put" {
  if (rung.missed > 0) return "lost";
  if (backlogSeconds(rung) >= MAX_BACKLOG_SECONDS) return "late";
  return rung.put >= MIN_PUT * rung.rate * rung.seconds ? "sustained" : "not put";
}

/** The highest sustained rate, from rates that rise until the first that is not sustained; 0 if none was sustained. */
export function highestSustained(rungs: readonly Rung[]): number {
  const failed = rungs.findIndex((rung) => judge(rung) !== "sustained");
  const held = failed === -1 ? rungs : rungs.slice(0, failed);
  return held.at(-1)?.rate ?? 0;
}

export const p50 = ({ latencies }: Pick<Rung, "latencies">): number => quantile(latencies, 0.5);
export const p99 = ({ latencies }: Pick<Rung, "latencies">): number => quantile(latencies, 0.99);
