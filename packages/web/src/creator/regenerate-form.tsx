import { type DefaultReply, defined, limits, type RequestValue } from "@callboard/protocol";
import { type FormEvent, useState } from "react";
import { roundsLeft } from "../model/question.ts";
import { labelOf } from "../model/words.ts";

/** Asks the models again, with a hint if one likes, as long as rounds are left. */
export function RegenerateForm({
  request,
  busy,
  send,
}: {
  request: RequestValue;
  busy: boolean;
  send: (reply: DefaultReply) => void;
}) {
  const [hint, setHint] = useState("");
  const left = roundsLeft(request);

  function submit(event: FormEvent) {
    event.preventDefault();
    send(defined({ verb: "regenerate", comment: hint.trim() || undefined }));
  }

  return (
    <form className="way" onSubmit={submit}>
      <h3>Something else</h3>
      <div className="field">
        <label htmlFor="hint">Hint for the models (optional)</label>
        <input
          id="hint"
          value={hint}
          maxLength={limits.commentLength}
          aria-describedby="rounds-left"
          onChange={(event) => setHint(event.target.value)}
        />
      </div>
      <div className="actions">
        <button type="submit" className="button" disabled={busy || left === 0}>
          {labelOf("regenerate", request.labels)}
        </button>
        <p id="rounds-left" className="quiet">
          {left !== undefined &&
            (left === 1 ? "One more round is possible." : `${left} more rounds are possible.`)}
        </p>
      </div>
    </form>
  );
}
