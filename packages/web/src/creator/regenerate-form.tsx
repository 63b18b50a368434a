import { roundsLeft } from "@callboard/client/headless";
import type { QuestionView } from "@callboard/client/react";
import { limits, type RequestValue } from "@callboard/protocol";
import { type FormEvent, useId } from "react";
import { PeopleText } from "../ui/people-text.tsx";

/** Asks again, with the comment as a hint, as long as rounds are left. */
export function RegenerateForm({
  request,
  asked: { comment, setComment, answer },
  busy,
  label,
}: {
  request: RequestValue;
  asked: QuestionView;
  busy: boolean;
  label: string;
}) {
  const id = useId();
  const left = roundsLeft(request);

  function submit(event: FormEvent) {
    event.preventDefault();
    answer("regenerate");
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
          <PeopleText lang={request.lang}>{label}</PeopleText>
        </button>
        <p id={`${id}-rounds`} className="quiet">
          {left !== undefined &&
            (left === 1 ? "One more round is possible." : `${left} more rounds are possible.`)}
        </p>
      </div>
    </form>
  );
}
