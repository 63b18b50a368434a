/** The fields of a question that are needed to arrange it; times in milliseconds. */
export interface Asked {
  readonly requestId: string;
  readonly thread: string;
  readonly round: number;
  readonly state: string;
  readonly askedAt: number;
  readonly deadline?: number | undefined;
  /** When it last changed; a closed one was closed by this time. */
  readonly changedAt: number;
}

/**
 * The questions of a subject: the one to show in full, the others to show with it (the most urgent first),
 * and the rest.
 */
export interface ArrangedQuestions<Q extends Asked> {
  readonly shown: Q | undefined;
  /** The other open questions, and those opened by hand. */
  readonly beside: readonly Q[];
  /** The newest first. */
  readonly closed: readonly Q[];
}

/**
 * Decides which question is shown in full. It is the one that a person has `named`. It stays when it is
 * closed, until its thread has a new question; if it does not exist, nothing is shown in its place. Without a
 * name it is the last open question, or the last of all. It stays (`before`) when another one comes, so that
 * nobody presses a button of a question that has just appeared; once it is closed, a newer question replaces
 * it. A question that somebody has `opened` beside it stays when it is closed, and shows its outcome.
 */
export function arrangeQuestions<Q extends Asked>(
  questions: readonly Q[],
  {
    named,
    before,
    opened = [],
  }: {
    readonly named?: string | undefined;
    readonly before?: string | undefined;
    readonly opened?: readonly string[];
  } = {},
): ArrangedQuestions<Q> {
  const byAge = [...questions].sort((a, b) => b.askedAt - a.askedAt || b.round - a.round);
  const shown = chooseShown(byAge, named, before);
  const others = byAge.filter((one) => one !== shown);
  const stays = (one: Q) => isOpen(one) || opened.includes(one.requestId);
  return {
    shown,
    beside: others
      .filter(stays)
      .sort((a, b) => (a.deadline ?? Infinity) - (b.deadline ?? Infinity) || a.askedAt - b.askedAt),
    closed: others.filter((one) => !stays(one)),
  };
}

const isOpen = ({ state }: Asked): boolean => state === "open";

function chooseShown<Q extends Asked>(
  byAge: readonly Q[],
  named: string | undefined,
  before: string | undefined,
): Q | undefined {
  const find = (id: string | undefined) => byAge.find(({ requestId }) => requestId === id);
  const kept = find(named ?? before);
  if (!kept) return named === undefined ? (byAge.find(isOpen) ?? byAge[0]) : undefined;
  if (isOpen(kept)) return kept;
  const isNews = (one: Q) =>
    one !== kept &&
    (one.thread === kept.thread
      ? one.askedAt >= kept.askedAt
      : named === undefined && one.askedAt > kept.changedAt);
  return byAge.find((one) => isOpen(one) && isNews(one)) ?? kept;
}
