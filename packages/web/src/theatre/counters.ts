/** An accepted answer, and whether its execution was seen to have it. */
export interface Accepted {
  readonly replyId: string;
  readonly requestId: string;
  /** The ARN of the execution that asked; undefined until known. */
  readonly execution: string | undefined;
  readonly at: number;
  readonly isThere: boolean;
}

/** The counters, as long as the tab exists, even over reloads and server kills. */
export interface Counters {
  readonly pushes: number;
  /** The times of the last pushes, in milliseconds, from the event to the screen. */
  readonly spans: readonly number[];
  readonly accepted: readonly Accepted[];
  readonly refused: number;
}

export const noCounters: Counters = { pushes: 0, spans: [], accepted: [], refused: 0 };

/** An event to count. */
export type Count =
  | { readonly kind: "push" }
  | { readonly kind: "shown"; readonly ms: number }
  | { readonly kind: "accepted"; readonly answer: Omit<Accepted, "isThere"> }
  | { readonly kind: "refused" }
  /** All answers of an execution so far, by `replyId`. */
  | { readonly kind: "answers"; readonly execution: string; readonly replyIds: readonly string[] }
  | { readonly kind: "asked_by"; readonly requestId: string; readonly execution: string };

const MAX_SPANS = 400;
const MAX_ANSWERS = 400;

/** Counts one event; the same answer counts once. */
export function counted(counters: Counters, count: Count): Counters {
  switch (count.kind) {
    case "push":
      return { ...counters, pushes: counters.pushes + 1 };
    case "shown":
      // After a clock change the difference means nothing.
      if (!(count.ms >= 0 && count.ms < 60_000)) return counters;
      return { ...counters, spans: [...counters.spans, Math.round(count.ms)].slice(-MAX_SPANS) };
    case "accepted": {
      if (counters.accepted.some(({ replyId }) => replyId === count.answer.replyId)) return counters;
      const accepted = [...counters.accepted, { ...count.answer, isThere: false }];
      return { ...counters, accepted: bounded(accepted) };
    }
    case "refused":
      return { ...counters, refused: counters.refused + 1 };
    case "answers":
      return withAnswers(counters, (one) =>
        one.execution === count.execution && count.replyIds.includes(one.replyId)
          ? { ...one, isThere: true }
          : one,
      );
    case "asked_by":
      return withAnswers(counters, (one) =>
        one.requestId === count.requestId && one.execution === undefined
          ? { ...one, execution: count.execution }
          : one,
      );
  }
}

/** Answers that were not found yet are always kept. */
function bounded(accepted: readonly Accepted[]): Accepted[] {
  const spare = accepted.length - MAX_ANSWERS;
  let gone = 0;
  return accepted.filter((one) => !(one.isThere && gone < spare && ++gone));
}

function withAnswers(counters: Counters, change: (one: Accepted) => Accepted): Counters {
  const accepted = counters.accepted.map(change);
  return accepted.some((one, at) => one !== counters.accepted[at]) ? { ...counters, accepted } : counters;
}

/** The median time of pushes; undefined before the first. */
export function median(spans: readonly number[]): number | undefined {
  const sorted = [...spans].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/** How long an accepted answer may be on its way, in milliseconds. */
const ON_ITS_WAY_MS = 20_000;

/**
 * The number of accepted answers that their executions lack; undefined while an execution is unknown. An
 * ended execution gets no more answers; a running one may still get a recent one.
 */
export function missingAnswers(
  accepted: readonly Accepted[],
  hasEnded: (execution: string) => boolean,
  now: number,
): number | undefined {
  const open = accepted.filter(({ isThere }) => !isThere);
  const late = open.filter(
    ({ execution, at }) =>
      now - at > ON_ITS_WAY_MS || (execution !== undefined && hasEnded(execution) && now - at > 3_000),
  );
  if (late.some(({ execution }) => execution === undefined)) return undefined;
  return late.length;
}

interface Kept {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** The counters that a tab has kept; new ones when there are none of this version. */
export function keptCounters(storage: Kept, key: string): Counters {
  try {
    const kept = JSON.parse(storage.getItem(key) ?? "null") as Counters | null;
    const isWhole = kept !== null && Array.isArray(kept.spans) && Array.isArray(kept.accepted);
    return isWhole ? { ...noCounters, ...kept } : noCounters;
  } catch {
    return noCounters;
  }
}

/** Keeps them for the tab; without storage they continue in memory. */
export function keepCounters(storage: Kept, key: string, counters: Counters): void {
  try {
    storage.setItem(key, JSON.stringify(counters));
  } catch {
    // Private windows may have no storage.
  }
}
