import type { CandidateValue } from "@callboard/protocol";
import { useId } from "react";

/** How a candidate is chosen while its question is open. */
export interface Choice {
  name: string;
  checked: boolean;
  choose: () => void;
}

/** One proposal on a slip of paper. */
export function CandidateCard({
  candidate,
  taken,
  choice,
}: {
  candidate: CandidateValue;
  taken: boolean;
  choice: Choice | undefined;
}) {
  const id = useId();
  const words = (
    <span className="candidate-words">
      <strong id={`${id}-title`}>{candidate.title}</strong>
      {candidate.description !== undefined && <span id={`${id}-description`}>{candidate.description}</span>}
      {taken && <span className="tag taken">taken</span>}
    </span>
  );
  return (
    <li data-candidate={candidate.id} data-taken={taken || undefined}>
      {choice === undefined ? (
        <div className="candidate">
          <span className="candidate-pin" aria-hidden="true" />
          {words}
        </div>
      ) : (
        <label className="candidate" data-checked={choice.checked || undefined}>
          <input
            type="radio"
            name={choice.name}
            checked={choice.checked}
            onChange={choice.choose}
            aria-labelledby={`${id}-title`}
            aria-describedby={candidate.description === undefined ? undefined : `${id}-description`}
          />
          {words}
        </label>
      )}
    </li>
  );
}
