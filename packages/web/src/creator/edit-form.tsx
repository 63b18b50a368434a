import "../styles/later.css";
import { type QuestionView, useDraft } from "@callboard/client/react";
import { defined, limits, type RequestValue } from "@callboard/protocol";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { stepLabel } from "../model/words.ts";
import { useWords } from "../words/use-words.ts";

/**
 * An edit in the user's own words, starting from the selected candidate. The button that sends it is
 * elsewhere and names the form.
 */
export function EditForm({
  request,
  asked: { marked: candidate, answer },
  formId,
}: {
  request: RequestValue;
  asked: Pick<QuestionView, "marked" | "answer">;
  formId: string;
}) {
  const words = useWords();
  const texts = words.question.answer;
  const id = useId();
  const of = `edit/${candidate?.key ?? "own"}`;
  const { requestId, lang } = request;
  const [title, setTitle] = useDraft(requestId, `${of}/title`, candidate?.title ?? "");
  const [description, setDescription] = useDraft(
    requestId,
    `${of}/description`,
    candidate?.description ?? "",
  );
  const [tried, setTried] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const isMissing = tried && title.trim() === "";

  function submit(event: FormEvent) {
    event.preventDefault();
    const own = title.trim();
    setTried(own === "");
    if (own === "") return field.current?.focus();
    answer("edit", { value: defined({ title: own, description: description.trim() || undefined }) });
  }

  return (
    <form id={formId} className="edit" onSubmit={submit} noValidate>
      <div className="field">
        {/* A thread names what is asked for: a title, a region. */}
        <label htmlFor={`${id}-title`}>{stepLabel(request.thread, words)}</label>
        <input
          ref={field}
          id={`${id}-title`}
          dir="auto"
          lang={lang}
          value={title}
          maxLength={limits.titleLength}
          aria-invalid={isMissing}
          aria-describedby={`${id}-problem`}
          onChange={(event) => setTitle(event.target.value)}
        />
        <p id={`${id}-problem`} className="problem" role="alert">
          {isMissing && texts.needed}
        </p>
      </div>
      <div className="field">
        <label htmlFor={`${id}-description`}>{texts.description}</label>
        <textarea
          id={`${id}-description`}
          rows={2}
          dir="auto"
          lang={lang}
          value={description}
          maxLength={limits.descriptionLength}
          onChange={(event) => setDescription(event.target.value)}
        />
      </div>
    </form>
  );
}
