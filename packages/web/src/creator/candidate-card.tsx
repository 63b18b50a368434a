import { type Candidate, saidIn } from "@callboard/client/headless";
import { useId } from "react";
import { RowBoundary } from "../ui/error-boundary.tsx";
import { PeopleText } from "../ui/people-text.tsx";
import { FurtherFields } from "./further-fields.tsx";

/** How a candidate is chosen while its question is open. */
export interface Choice {
  name: string;
  checked: boolean;
  choose: () => void;
}

/** One proposal on a slip of paper. */
export function CandidateCard({
  candidate,
  lang: questions,
  taken,
  choice,
}: {
  candidate: Candidate;
  /** The language of the question, unless the proposal has one of its own. */
  lang: string | undefined;
  taken: boolean;
  choice: Choice | undefined;
}) {
  const id = useId();
  const { title, description, more } = candidate;
  const lang = saidIn(candidate, "lang") ?? questions;
  const words = (
    <span className="candidate-words">
      <PeopleText as="strong" id={`${id}-title`} lang={lang}>
        {title}
      </PeopleText>
      {description !== undefined && (
        <PeopleText id={`${id}-description`} lang={lang}>
          {description}
        </PeopleText>
      )}
      {taken && <span className="tag taken">taken</span>}
      {candidate.partial && <span className="tag">not all of it could be shown</span>}
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
            aria-describedby={description === undefined ? undefined : `${id}-description`}
          />
          {words}
        </label>
      )}
      <RowBoundary name={`candidate/${candidate.key}`} of={more} as="p">
        <FurtherFields more={more} title={title} lang={lang} />
      </RowBoundary>
    </li>
  );
}
