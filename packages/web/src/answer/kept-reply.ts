import type { ReplyInput } from "@callboard/client";
import { isRequestId } from "@callboard/protocol";
import { isNumber, isText, readShape } from "../session/shape.ts";
import { attempt, type PageStorage } from "../session/tab-storage.ts";

const KEY = "unsent";

type KeptReply = ReplyInput & { readonly replyId: string };

/** The answer whose outcome is unknown; a tab keeps one. */
interface Unsent {
  /**
   * Keeps an answer that is being sent. The same answer always has the same `replyId`, so that it counts
   * once.
   */
  keep(input: ReplyInput): KeptReply;
  of(requestId: string): KeptReply | undefined;
  forget(requestId: string): void;
}

const shape = {
  requestId: (value: unknown) => typeof value === "string" && isRequestId(value),
  replyId: isText,
  round: isNumber,
  verb: isText,
  "candidateId?": isText,
  "source?": isText,
  "value?": () => true,
  "comment?": isText,
  "digest?": isText,
};

/** Keeps it in the tab's storage if possible, else as long as the page. */
export function keepUnsent(storage: PageStorage, newReplyId: () => string): Unsent {
  let kept = attempt(() => readShape(JSON.parse(storage.getItem(KEY) ?? "null"), shape)) as
    | KeptReply
    | undefined;

  const contentOf = ({ replyId: _, ...said }: ReplyInput): string =>
    JSON.stringify(Object.entries(said).sort(([one], [other]) => (one < other ? -1 : 1)));

  return {
    keep(input) {
      const isSame = kept !== undefined && contentOf(kept) === contentOf(input);
      const replyId = input.replyId ?? (isSame ? kept!.replyId : newReplyId());
      const next = { ...input, replyId };
      kept = next;
      // If there is no room for it, an older one must not stay in its place.
      attempt(() => storage.removeItem(KEY));
      attempt(() => storage.setItem(KEY, JSON.stringify(next)));
      return next;
    },
    of: (requestId) => (kept?.requestId === requestId ? kept : undefined),
    forget(requestId) {
      if (kept?.requestId !== requestId) return;
      kept = undefined;
      attempt(() => storage.removeItem(KEY));
    },
  };
}
