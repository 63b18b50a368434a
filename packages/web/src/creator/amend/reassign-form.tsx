import { useCallboard } from "@callboard/client/react";
import type { Principal, RequestValue } from "@callboard/protocol";
import { type FormEvent, useContext, useRef, useState } from "react";
import { ReadingContext } from "../../http/reading.ts";
import { knownAs, namesIn, principalsText, readAssignees } from "../../model/assignees.ts";
import { type FoundPerson, findPeople } from "../../people/find-people.ts";
import { ActNews } from "./act-news.tsx";
import { PeopleField } from "./people-field.tsx";
import { useAct, useAmendWords } from "./use-act.ts";

/** Assigns the question to others instead of the current assignees. */
export function ReassignForm({ request, me }: { request: RequestValue; me: string | undefined }) {
  const client = useCallboard();
  const words = useAmendWords();
  const texts = words.amend;
  const read = useContext(ReadingContext);
  const [state, reassign] = useAct((assignees: readonly Principal[]) =>
    client.reassign(request.requestId, assignees),
  );
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<readonly FoundPerson[]>([]);
  const [asked, setAsked] = useState<readonly FoundPerson[]>([]);
  const [problem, setProblem] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const submitting = useRef(false);

  /** Looks up each name that was typed but not picked; undefined when names cannot be searched. */
  async function lookUp(): Promise<Map<string, readonly FoundPerson[]>> {
    const { signal } = new AbortController();
    const found = await Promise.all(
      namesIn(text).map(
        async (name) => [name, await findPeople(read, request.requestId, name, signal)] as const,
      ),
    );
    return new Map(found.flatMap(([name, people]) => (people ? [[name, people] as const] : [])));
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (submitting.current) return;
    submitting.current = true;
    const known = await lookUp().finally(() => {
      submitting.current = false;
    });
    const reading = readAssignees(text, chosen, known, words);
    setProblem(reading.ok ? undefined : reading.problem);
    if (!reading.ok) return input.current?.focus();
    setAsked(chosen);
    reassign(reading.assignees);
  }

  return (
    <form className="amend" onSubmit={submit} noValidate>
      <PeopleField
        requestId={request.requestId}
        label={texts.who}
        hint={texts.whoHint}
        problem={problem}
        input={input}
        text={text}
        chosen={chosen}
        change={(next, people) => {
          setProblem(undefined);
          setText(next);
          setChosen(people);
        }}
      />
      <div className="actions">
        <button type="submit" className="button" aria-disabled={state.phase === "sending"}>
          {texts.ask}
        </button>
      </div>
      <ActNews
        act="reassign"
        state={state}
        deadline={request.deadline}
        done={(assignees) => texts.reassigned(principalsText(assignees, me, knownAs(asked), words))}
      />
    </form>
  );
}
