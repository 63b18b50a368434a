import { type QuestionView, useDraft } from "@callboard/client/react";
import { defined, limits, type RequestValue } from "@callboard/protocol";
import { type FormEvent, useId, useState } from "react";
import { stepLabel } from "../model/words.ts";
import { PeopleText } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";

/** Own words, starting from the marked candidate's. */
export function EditForm({
  request,
  asked: { marked: candidate, answer },
  busy,
  label,
}: {
  request: RequestValue;
  asked: QuestionView;
  busy: boolean;
  label: string;
}) {
  const id = useId();
  const words = useWords();
  const of = `edit/${candidate?.key ?? "own"}`;
  const { requestId, lang } = request;
  const [title, setTitle] = useDraft(requestId, `${of}/title`, candidate?.title ?? "");
  const [description, setDescription] = useDraft(
    requestId,
    `${of}/description`,
    candidate?.description ?? "",
  );
  const [missing, setMissing] = useState(false);

  function submit(event: FormEvent) {
    event.preventDefault();
    const words = title.trim();
    setMissing(words === "");
    if (words === "") return;
    const value = defined({ title: words, description: description.trim() || undefined });
    answer("edit", { value });
  }

  return (
    <form className="way" onSubmit={submit} noValidate>
      <h3>In your own words</h3>
      <div className="field">
        {/* A thread names what is asked for: a title, a region. */}
        <label htmlFor={`${id}-title`}>{stepLabel(request.thread, words)}</label>
        <input
          id={`${id}-title`}
          dir="auto"
          lang={lang}
          value={title}
          maxLength={limits.titleLength}
          aria-invalid={missing && title.trim() === ""}
          aria-describedby={`${id}-problem`}
          onChange={(event) => setTitle(event.target.value)}
        />
        <p id={`${id}-problem`} className="problem" role="alert">
          {missing && title.trim() === "" && "This is needed."}
        </p>
      </div>
      <div className="field">
        <label htmlFor={`${id}-description`}>Description</label>
        <textarea
          id={`${id}-description`}
          rows={3}
          dir="auto"
          lang={lang}
          value={description}
          maxLength={limits.descriptionLength}
          onChange={(event) => setDescription(event.target.value)}
        />
      </div>
      <button type="submit" className="button" disabled={busy}>
        <PeopleText lang={lang}>{label}</PeopleText>
      </button>
    </form>
  );
}
