import { type DefaultReply, limits, type RequestValue } from "@callboard/protocol";
import { type FormEvent, useId } from "react";
import { roundsLeft } from "../model/question.ts";
import { labelOf } from "../model/words.ts";
import { PeopleText } from "../ui/people-text.tsx";

/** Asks again, with the comment as a hint, as long as rounds are left. */
export function RegenerateForm({
  request,
  busy,
  comment,
  setComment,
  send,
}: {
  request: RequestValue;
  busy: boolean;
  comment: string;
  setComment: (comment: string) => void;
  send: (reply: DefaultReply) => void;
}) {
  const id = useId();
  const left = roundsLeft(request);

  function submit(event: FormEvent) {
    event.preventDefault();
    send({ verb: "regenerate" });
  }

  return (
    <form className="way" onSubmit={submit}>
      <h3>Something else</h3>
      <div className="field">
        <label htmlFor={`${id}-hint`}>Hint for the models (optional)</label>
        <input
          id={`${id}-hint`}
          dir="auto"
          value={comment}
          maxLength={limits.commentLength}
          aria-describedby={`${id}-rounds`}
          onChange={(event) => setComment(event.target.value)}
        />
      </div>
      <div className="actions">
        <button type="submit" className="button" disabled={busy || left === 0}>
          <PeopleText lang={request.lang}>{labelOf(request, "regenerate")}</PeopleText>
        </button>
        <p id={`${id}-rounds`} className="quiet">
          {left !== undefined &&
            (left === 1 ? "One more round is possible." : `${left} more rounds are possible.`)}
        </p>
      </div>
    </form>
  );
}
