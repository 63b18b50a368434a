import type { Reached } from "./arrivals.ts";
import { type Kind, kinds } from "./expected-change.ts";

/** The counts of changes of one kind; delays in milliseconds, 0 when none was measured. */
export interface Count {
  /** Changes that were put: a change of a video and its channel counts twice. */
  readonly put: number;
  /** Changes seen, counted for each follower. */
  readonly reached: number;
  readonly lost: number;
  /** How many of the seen changes have a delay: only those seen by followers from before the put. */
  readonly timed: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export const countsOf = (reached: ReadonlyMap<Kind, Reached>): Record<Kind, Count> =>
  Object.fromEntries(kinds.map((kind) => [kind, countOf(reached.get(kind)!)])) as Record<Kind, Count>;

function countOf({ put, reached, lost, delays }: Reached): Count {
  return { put, reached, lost, timed: delays.length, ...spread(delays) };
}

/**
 * `p50` is the value that half of the values do not exceed, `p99` the one that 99 of 100 do not, by nearest
 * rank; whole numbers.
 */
export function spread(values: readonly number[]): { p50: number; p99: number; max: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** What a process has used so far. */
export interface Spent {
  /** When it was measured, in milliseconds. */
  readonly at: number;
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

/** The load of a process over a time. */
export interface Load {
  /** 1 is one fully used core. */
  readonly cores: number;
  /** The highest value measured. */
  readonly memoryMb: number;
}

/** Undefined when a process did not report its usage at the beginning and the end. */
export function loadOf(samples: readonly Spent[]): Load | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at <= first.at) return undefined;
  // A restarted process starts at zero.
  const cpuMs = samples.slice(1).map(({ cpuMs }, n) => Math.max(0, cpuMs - samples[n]!.cpuMs));
  return {
    cores: Math.round((100 * cpuMs.reduce((sum, ms) => sum + ms, 0)) / (last.at - first.at)) / 100,
    memoryMb: Math.round(Math.max(...samples.map(({ memoryBytes }) => memoryBytes)) / 2 ** 20),
  };
}
