import { type Candidate, saidIn } from "@callboard/client/headless";
import { type KeyboardEvent, memo, useId, useState } from "react";
import { RowBoundary } from "../ui/error-boundary.tsx";
import { PeopleText } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";
import { FurtherFields } from "./later-question.ts";

/** One proposal in a line, or in full when it is selected or opened. */
export const CandidateRow = memo(function CandidateRow({
  candidate,
  number,
  source,
  isNamed,
  standIn,
  lang: questions,
  isDefault,
  taken,
  name,
  checked = false,
  disabled = false,
  choose,
}: {
  candidate: Candidate;
  /** Its number among those that can be chosen; digit keys select the first nine. */
  number: number | undefined;
  /** Who proposes it; empty when unknown. */
  source: string;
  /** Whether the source is a name, not a text of the page. */
  isNamed: boolean;
  standIn: boolean;
  /** The language of the question, unless the proposal has one of its own. */
  lang: string | undefined;
  /** It is used when nobody answers. */
  isDefault: boolean;
  /** It was chosen. */
  taken: boolean;
  /** The name of the question's radio buttons; undefined when nothing can be chosen. */
  name: string | undefined;
  checked?: boolean;
  disabled?: boolean;
  choose: (key: string) => void;
}) {
  const id = useId();
  const { candidates: texts } = useWords().question;
  const [toggled, setToggled] = useState<{ checked: boolean; open: boolean }>();
  // A row opened by hand stays open until the selection changes.
  const isOpen = toggled?.checked === checked ? toggled.open : checked;
  const toggle = (open: boolean) => setToggled({ checked, open });

  const { title, description, more } = candidate;
  const lang = saidIn(candidate, "lang") ?? questions;

  function press(event: KeyboardEvent<HTMLInputElement>) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const isRtl = getComputedStyle(event.currentTarget).direction === "rtl";
    const [unfolds, folds] = isRtl ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"];
    if (event.key === unfolds) toggle(true);
    else if (event.key === folds) toggle(false);
    else if (event.key === " " && checked) toggle(!isOpen);
    else return;
    event.preventDefault();
  }

  const line = (
    <>
      {number !== undefined && (
        <span className="candidate-number" data-key={number <= 9 || undefined} aria-hidden="true">
          {number}
        </span>
      )}
      <span className="candidate-line">
        <PeopleText as="strong" id={`${id}-title`} lang={lang}>
          {title}
        </PeopleText>
        <span className="candidate-about" id={`${id}-about`}>
          {(isDefault || taken || candidate.partial) && (
            <span className="candidate-tags">
              {taken && <span className="tag taken">{texts.taken}</span>}
              {isDefault && <span className="tag">{texts.isDefault}</span>}
              {candidate.partial && <span className="tag">{texts.partial}</span>}
            </span>
          )}
          {source !== "" && (
            <span className="candidate-source">
              {isNamed ? <PeopleText>{source}</PeopleText> : source}
              {standIn && <span className="stand-in">{texts.standIn}</span>}
            </span>
          )}
          {description !== undefined && (
            <PeopleText className="candidate-start" lang={lang}>
              {description}
            </PeopleText>
          )}
        </span>
      </span>
    </>
  );
  return (
    <li data-candidate={candidate.id} data-taken={taken || undefined} data-open={isOpen || undefined}>
      <div className="candidate" data-checked={checked || undefined}>
        {name === undefined ? (
          <div className="candidate-pick">{line}</div>
        ) : (
          <label className="candidate-pick">
            <input
              type="radio"
              name={name}
              checked={checked}
              disabled={disabled}
              onChange={() => choose(candidate.key)}
              onKeyDown={press}
              aria-labelledby={`${id}-title`}
              aria-describedby={`${id}-about`}
            />
            {line}
          </label>
        )}
        <button
          type="button"
          className="candidate-toggle"
          aria-expanded={isOpen}
          aria-controls={`${id}-whole`}
          aria-label={texts.expand(title)}
          // Arrow keys open the row from the focused one.
          tabIndex={name === undefined ? 0 : -1}
          onClick={() => toggle(!isOpen)}
        />
      </div>
      <div id={`${id}-whole`} className="candidate-whole">
        {isOpen && (
          <>
            {description !== undefined && (
              <PeopleText as="p" lang={lang}>
                {description}
              </PeopleText>
            )}
            {more !== undefined && (
              <RowBoundary name={`candidate/${candidate.key}`} of={more} as="p">
                <FurtherFields more={more} title={title} lang={lang} />
              </RowBoundary>
            )}
          </>
        )}
      </div>
    </li>
  );
});
