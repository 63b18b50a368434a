import { useServerNow } from "@callboard/client/react";
import { type ActKind, actRefusalText } from "../../model/act-refusal.ts";
import { Sentence } from "../../ui/people-text.tsx";
import { type ActState, useAmendWords } from "./use-act.ts";

/** The outcome of a request to change a question; `done` is its text on success. */
export function ActNews<Wish>({
  act,
  state,
  deadline,
  done,
}: {
  act: ActKind;
  state: ActState<Wish>;
  deadline: number | undefined;
  done: (wish: Wish) => string;
}) {
  const now = useServerNow();
  const words = useAmendWords();
  return (
    <p className="act-news" role="status" data-act={act} data-phase={state.phase}>
      <Sentence>{textOf()}</Sentence>
    </p>
  );

  function textOf(): string {
    switch (state.phase) {
      case "idle":
        return "";
      case "sending":
        return words.amend.sending;
      case "accepted":
        return done(state.wish);
      case "refused":
        return actRefusalText(act, state.code, state.details, { deadline, now }, words);
      case "unsure":
        return words.amend.unsure;
    }
  }
}
