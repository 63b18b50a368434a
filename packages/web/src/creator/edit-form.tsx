import {
  type CandidateValue,
  type DefaultReply,
  defined,
  limits,
  type RequestValue,
} from "@callboard/protocol";
import { type FormEvent, useState } from "react";
import { choiceOf } from "../model/candidates.ts";
import { labelOf } from "../model/words.ts";

/** Own words, starting from the marked candidate's. */
export function EditForm({
  request,
  candidate,
  busy,
  send,
}: {
  request: RequestValue;
  candidate: CandidateValue | undefined;
  busy: boolean;
  send: (reply: DefaultReply) => void;
}) {
  const [title, setTitle] = useState(candidate?.title ?? "");
  const [description, setDescription] = useState(candidate?.description ?? "");
  const [missing, setMissing] = useState(false);

  function submit(event: FormEvent) {
    event.preventDefault();
    const words = title.trim();
    setMissing(words === "");
    if (words === "") return;
    const value = defined({ title: words, description: description.trim() || undefined });
    send(defined({ verb: "edit", ...(candidate && choiceOf(request, candidate)), value }));
  }

  return (
    <form className="way" onSubmit={submit} noValidate>
      <h3>In your own words</h3>
      <div className="field">
        <label htmlFor="edit-title">Title</label>
        <input
          id="edit-title"
          value={title}
          maxLength={limits.titleLength}
          aria-invalid={missing}
          aria-describedby="edit-title-problem"
          onChange={(event) => setTitle(event.target.value)}
        />
        <p id="edit-title-problem" className="problem" role="alert">
          {missing && "A title is needed."}
        </p>
      </div>
      <div className="field">
        <label htmlFor="edit-description">Description</label>
        <textarea
          id="edit-description"
          rows={3}
          value={description}
          maxLength={limits.descriptionLength}
          onChange={(event) => setDescription(event.target.value)}
        />
      </div>
      <button type="submit" className="button" disabled={busy}>
        {labelOf("edit", request.labels)}
      </button>
    </form>
  );
}
