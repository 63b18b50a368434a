/** What arranging needs of a question; times in milliseconds. */
export interface Asked {
  readonly requestId: string;
  readonly thread: string;
  readonly round: number;
  readonly state: string;
  readonly askedAt: number;
  readonly deadline?: number | undefined;
  /** When it last changed: of a closed one, that it has been closed at the latest. */
  readonly changedAt: number;
}

/** The questions of a subject: the one to show whole, those to show beside it with the most urgent first, and the others. */
export interface ArrangedQuestions<Q extends Asked> {
  readonly shown: Q | undefined;
  /** What else is open, and what was opened by hand. */
  readonly beside: readonly Q[];
  /** The newest first. */
  readonly closed: readonly Q[];
}

/**
 * Decides which question is shown. What a person has `named` is shown, and stays when it is closed, until its thread asks
 * anew; nothing is shown in place of one that is not there. Without a name it is the last open one, or the last of all;
 * it stays (`before`) when another is asked beside it, so that nobody presses a button of a question that has just come,
 * and once it is closed it gives way to what is asked after that. What somebody has `opened` beside it stays in its place
 * when it is closed, with what became of it.
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
