import type { Reached } from "./arrivals.ts";
import { type Kind, kinds } from "./told.ts";

/** What became of the changes of one kind; delays are milliseconds, 0 where none was measured. */
export interface Count {
  /** Changes that were put: one of a video and its channel is two. */
  readonly put: number;
  /** Changes seen, by each who follows. */
  readonly reached: number;
  readonly lost: number;
  /** Of those that were seen, by whoever followed before they were put: the rest came with the channel. */
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

/** Half of the values are up to `p50`, and 99 of 100 up to `p99`, by the nearest rank; in whole numbers. */
export function spread(values: readonly number[]): { p50: number; p99: number; max: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** What a process has used up to a moment. */
export interface Spent {
  /** When it was asked, in milliseconds. */
  readonly at: number;
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

/** The load of a process over a time. */
export interface Load {
  /** 1 is one core that does nothing else. */
  readonly cores: number;
  /** The most that was seen. */
  readonly memoryMb: number;
}

/** Undefined of a process that did not say it at the beginning and the end. */
export function loadOf(samples: readonly Spent[]): Load | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at <= first.at) return undefined;
  // A process that was started again begins at nothing.
  const cpuMs = samples.slice(1).map(({ cpuMs }, n) => Math.max(0, cpuMs - samples[n]!.cpuMs));
  return {
    cores: Math.round((100 * cpuMs.reduce((sum, ms) => sum + ms, 0)) / (last.at - first.at)) / 100,
    memoryMb: Math.round(Math.max(...samples.map(({ memoryBytes }) => memoryBytes)) / 2 ** 20),
  };
}
