import { commentLength } from "@callboard/protocol";
import { type Ref, useId } from "react";
import { useWords } from "../words/use-words.ts";

/** The comment, sent with every answer. */
export function CommentField({
  comment,
  change,
  hint,
  field,
}: {
  comment: string;
  change: (comment: string) => void;
  /** A further purpose of the comment. */
  hint: string | undefined;
  field: Ref<HTMLTextAreaElement>;
}) {
  const id = useId();
  const { locale, question } = useWords();
  const texts = question.answer;
  const count = (characters: number) => characters.toLocaleString(locale);
  return (
    <div className="field comment">
      <label htmlFor={id}>
        {texts.comment}
        <span className="quiet">{texts.optional}</span>
      </label>
      <textarea
        ref={field}
        id={id}
        rows={2}
        dir="auto"
        value={comment}
        maxLength={commentLength}
        aria-describedby={`${id}-about`}
        onChange={(event) => change(event.target.value)}
      />
      <p id={`${id}-about`} className="quiet hint">
        {hint ?? texts.commentHint}{" "}
        {comment !== "" && texts.charactersLeft(count(commentLength - comment.length), count(commentLength))}
      </p>
    </div>
  );
}
