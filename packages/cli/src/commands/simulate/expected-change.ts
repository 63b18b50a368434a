import type { Item } from "@callboard/client";

/** The kinds of changes that are counted separately. */
export const kinds = ["live", "views", "step", "fact", "question", "answer", "receipt"] as const;
export type Kind = (typeof kinds)[number];

/**
 * A change that followers must see: its track, and its place among the changes of that track. A push may show
 * only the latest change, so a follower that sees a rank has seen all below it.
 */
export interface ExpectedChange {
  readonly kind: Kind;
  readonly track: string;
  readonly rank: number;
}

/** The track of each change, the same for all executions. */
export const trackOf = {
  fact: (name: string) => `fact/${name}`,
  step: (name: string) => `step/${name}`,
  /** In `watch:`: that the video waits for an answer. */
  waiting: "waiting",
  /** In an inbox: the question about a subject, and the outcome of its answer. */
  request: (subject: string) => `request/${subject}`,
  receipt: (subject: string) => `receipt/${subject}`,
};

/** Higher than any time: a final state is newer than all others, whenever each was reported. */
export const FINAL_RANK = 1e15;
export const ASKED = 1;
export const CLOSED = 2;

const ranks = { accepted: 1, relayed: 2 } as const;

/** The track and rank that an item shows; undefined for an item that is not counted. */
export function shownBy({
  key,
  value,
}: Pick<Item, "key" | "value">): Omit<ExpectedChange, "kind"> | undefined {
  const [kind = "", ...rest] = key.split("/");
  const fields = (value ?? {}) as Record<string, unknown>;
  switch (kind) {
    case "fact":
      return value === null ? undefined : { track: key, rank: Number(fields.at) };
    case "step": {
      const final = fields.state === "succeeded" || fields.state === "failed";
      const rank = Number(fields.at) + (final ? FINAL_RANK : 0);
      return value === null ? undefined : { track: trackOf.step(rest.at(-1)!), rank };
    }
    case "waiting":
      return { track: trackOf.waiting, rank: value === null ? CLOSED : ASKED };
    case "request":
      return value === null ? undefined : { track: trackOf.request(String(fields.subject)), rank: ASKED };
    case "receipt": {
      const rank = ranks[fields.status as keyof typeof ranks] ?? 0;
      return value === null ? undefined : { track: trackOf.receipt(String(fields.subject)), rank };
    }
  }
  return undefined;
}
