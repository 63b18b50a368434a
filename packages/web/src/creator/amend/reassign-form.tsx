import { useCallboard } from "@callboard/client/react";
import type { Principal, RequestValue } from "@callboard/protocol";
import { type FormEvent, useId, useRef, useState } from "react";
import { principalsText, readAssignees } from "../../model/assignees.ts";
import { ActNews } from "./act-news.tsx";
import { useAct } from "./use-act.ts";

/** Puts the question to others in place of those it was put to. */
export function ReassignForm({ request, me }: { request: RequestValue; me: string | undefined }) {
  const id = useId();
  const client = useCallboard();
  const [state, reassign] = useAct((assignees: readonly Principal[]) =>
    client.reassign(request.requestId, assignees),
  );
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string>();
  const input = useRef<HTMLInputElement>(null);

  function submit(event: FormEvent) {
    event.preventDefault();
    const reading = readAssignees(text);
    setProblem(reading.ok ? undefined : reading.problem);
    if (reading.ok) reassign(reading.assignees);
    else input.current?.focus();
  }

  return (
    <form className="amend" onSubmit={submit} noValidate>
      <div className="field">
        <label htmlFor={`${id}-to`}>Who shall answer instead</label>
        <input
          ref={input}
          id={`${id}-to`}
          value={text}
          maxLength={3000}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-hint ${id}-problem`}
          onChange={(event) => setText(event.target.value)}
        />
        <p id={`${id}-hint`} className="quiet hint">
          user/ben or role/editors; several with commas between.
        </p>
        <p id={`${id}-problem`} className="problem" role="alert">
          {problem}
        </p>
      </div>
      <div className="actions">
        <button type="submit" className="button" aria-disabled={state.phase === "sending"}>
          Ask them
        </button>
      </div>
      <ActNews
        act="reassign"
        state={state}
        deadline={request.deadline}
        done={(assignees) => `It is now put to ${principalsText(assignees, me)}.`}
      />
    </form>
  );
}
