import { limits } from "@callboard/protocol";
import { useId, useState } from "react";

/** The comment of a question's answer, whatever its verb; folded away until it is wanted or there is one. */
export function CommentField({ comment, change }: { comment: string; change: (comment: string) => void }) {
  const id = useId();
  const [unfolded, unfold] = useState(comment !== "");
  return (
    <details
      className="comment"
      open={unfolded || comment !== ""}
      onToggle={(event) => unfold(event.currentTarget.open)}
    >
      <summary>Add a comment</summary>
      <div className="field">
        <label htmlFor={id}>
          Comment<span className="quiet"> (optional)</span>
        </label>
        <textarea
          id={id}
          rows={3}
          dir="auto"
          value={comment}
          maxLength={limits.commentLength}
          aria-describedby={`${id}-left`}
          onChange={(event) => change(event.target.value)}
        />
        <p id={`${id}-left`} className="quiet hint">
          It goes with your answer, whichever you give.{" "}
          {comment !== "" &&
            `${(limits.commentLength - comment.length).toLocaleString()} of ${limits.commentLength.toLocaleString()} characters are left.`}
        </p>
      </div>
    </details>
  );
}
