import { quantile } from "../statistics.ts";

/** What one rate has come to, held for a while. */
export interface Rung {
  /** Events a second that were to be put, and for how long, in seconds. */
  readonly rate: number;
  readonly seconds: number;
  readonly put: number;
  /** Put and not yet at their follower when the last was put. */
  readonly backlog: number;
  /** Never arrived. */
  readonly missed: number;
  /** From each put to its arrival, in milliseconds. */
  readonly latencies: readonly number[];
  /**
   * Milliseconds of the processor for each event: of the service, of its main thread, of an engine beside it, and of the
   * generator.
   */
  readonly cpuMs: {
    readonly service: number;
    readonly main: number;
    readonly engine: number;
    readonly generator: number;
  };
}

/** A generator that puts less than this share of what it should has measured itself. */
const MIN_PUT = 0.98;
/** The longest backlog of a rate that is sustained, in seconds. */
const MAX_BACKLOG_SECONDS = 1;

/** How long it would take at this rate to put what had not arrived when the last was put, in seconds. */
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

/** The highest rate of a ladder that was climbed from below up to the first that was not sustained; 0 when none was. */
export function highestSustained(rungs: readonly Rung[]): number {
  const failed = rungs.findIndex((rung) => judge(rung) !== "sustained");
  const held = failed === -1 ? rungs : rungs.slice(0, failed);
  return held.at(-1)?.rate ?? 0;
}

export const p50 = ({ latencies }: Pick<Rung, "latencies">): number => quantile(latencies, 0.5);
export const p99 = ({ latencies }: Pick<Rung, "latencies">): number => quantile(latencies, 0.99);
