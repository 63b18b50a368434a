/** An answer that the server has accepted, and whether its execution was seen to have it. */
export interface Accepted {
  readonly replyId: string;
  readonly requestId: string;
  /** The ARN of the execution that asked; undefined until it is known. */
  readonly execution: string | undefined;
  readonly at: number;
  readonly isThere: boolean;
}

/** What is counted for as long as the tab lives, over reloads and deaths of the server. */
export interface Counters {
  readonly pushes: number;
  /** How long the last pushes took, in milliseconds, from what happened to what is shown. */
  readonly spans: readonly number[];
  readonly accepted: readonly Accepted[];
  readonly refused: number;
}

export const noCounters: Counters = { pushes: 0, spans: [], accepted: [], refused: 0 };

/** What may be counted. */
export type Count =
  | { readonly kind: "push" }
  | { readonly kind: "shown"; readonly ms: number }
  | { readonly kind: "accepted"; readonly answer: Omit<Accepted, "isThere"> }
  | { readonly kind: "refused" }
  /** The answers that an execution was given so far, each by its `replyId`. */
  | { readonly kind: "answers"; readonly execution: string; readonly replyIds: readonly string[] }
  | { readonly kind: "asked_by"; readonly requestId: string; readonly execution: string };

const mostSpans = 400;
const mostAnswers = 400;

/** Counts one more; the same answer counts once. */
export function counted(counters: Counters, count: Count): Counters {
  switch (count.kind) {
    case "push":
      return { ...counters, pushes: counters.pushes + 1 };
    case "shown":
      // A clock that was set meanwhile says nothing.
      if (!(count.ms >= 0 && count.ms < 60_000)) return counters;
      return { ...counters, spans: [...counters.spans, Math.round(count.ms)].slice(-mostSpans) };
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

/** Those that are not found yet are kept whatever happens. */
function bounded(accepted: readonly Accepted[]): Accepted[] {
  const spare = accepted.length - mostAnswers;
  let gone = 0;
  return accepted.filter((one) => !(one.isThere && gone < spare && ++gone));
}

function withAnswers(counters: Counters, change: (one: Accepted) => Accepted): Counters {
  const accepted = counters.accepted.map(change);
  return accepted.some((one, at) => one !== counters.accepted[at]) ? { ...counters, accepted } : counters;
}

/** The median of how long pushes took; undefined before the first. */
export function median(spans: readonly number[]): number | undefined {
  const sorted = [...spans].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/** How long an accepted answer may be on its way, in milliseconds. */
export const ON_ITS_WAY_MS = 20_000;

/**
 * How many accepted answers their executions lack; undefined while that cannot be known, since the execution of one is
 * not. An execution that has ended gets no more; one that runs may still get what was accepted a moment ago.
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

/** The counters that a tab has kept; none when it has none of this version. */
export function keptCounters(storage: Kept, key: string): Counters {
  try {
    const kept = JSON.parse(storage.getItem(key) ?? "null") as Counters | null;
    const isWhole = kept !== null && Array.isArray(kept.spans) && Array.isArray(kept.accepted);
    return isWhole ? { ...noCounters, ...kept } : noCounters;
  } catch {
    return noCounters;
  }
}

/** Keeps them for the tab; where there is no room they count on without. */
export function keepCounters(storage: Kept, key: string, counters: Counters): void {
  try {
    storage.setItem(key, JSON.stringify(counters));
  } catch {
    // Private windows keep nothing.
  }
}
