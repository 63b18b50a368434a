import type { Candidate, CandidateGroup, CandidateRound } from "@callboard/client/headless";
import { directionOf, type RequestValue } from "@callboard/protocol";
import { useCallback, useRef } from "react";
import { sourceText } from "../model/words.ts";
import { BrokenRow, RowBoundary } from "../ui/error-boundary.tsx";
import { useWords } from "../words/use-words.ts";
import { CandidateRow } from "./candidate-row.tsx";

/** The selection of a proposal while the question is open. */
export interface Marking {
  /** The key of the selected one. */
  readonly marked: string | undefined;
  readonly mark: (key: string) => void;
  /** Nothing can be selected now, because an answer is being sent. */
  readonly disabled: boolean;
}

/** How a reply, or the default, names a proposal. */
type Named = { round?: number; candidateId?: string | undefined; source?: string | undefined };

const names = (reply: Named | undefined, one: Candidate, round: number | undefined): boolean =>
  reply?.candidateId !== undefined &&
  one.round === (reply.round ?? round) &&
  one.id === reply.candidateId &&
  (reply.source === undefined || reply.source === one.source);

/**
 * The proposals, a line each; those that can be chosen now are radio buttons, earlier rounds are collapsed.
 */
export function CandidateList({
  request,
  rounds,
  unread,
  choice,
  ended,
}: {
  /** The question of the proposals, if it exists yet. */
  request: RequestValue | undefined;
  rounds: readonly CandidateRound[];
  /** The keys of proposals that cannot be read. */
  unread: readonly string[];
  choice: Marking | undefined;
  ended: boolean;
}) {
  const words = useWords();
  const { candidates: texts } = words.question;
  const [newest, ...earlier] = rounds;
  const marking = useRef(choice);
  marking.current = choice;
  const choose = useCallback((key: string) => marking.current?.mark(key), []);

  let place = 0;
  const rowOf = (one: Candidate, { source, standIn }: CandidateGroup) => {
    const canChoose = choice !== undefined && one.round === request?.round;
    return (
      <RowBoundary key={one.key} name={`candidate/${one.key}`} of={one}>
        <CandidateRow
          candidate={one}
          number={canChoose ? ++place : undefined}
          source={source === "" && !standIn ? "" : sourceText({ source, standIn }, words)}
          isNamed={source !== ""}
          standIn={standIn && source !== ""}
          lang={request?.lang}
          isDefault={request?.state === "open" && names(request.default, one, request.round)}
          taken={names(request?.reply, one, undefined)}
          name={canChoose ? `candidate-${request.requestId}` : undefined}
          checked={canChoose && one.key === choice.marked}
          disabled={canChoose && choice.disabled}
          choose={choose}
        />
      </RowBoundary>
    );
  };
  const groupsOf = (round: CandidateRound) =>
    round.groups.map((group) => (
      <ul
        key={group.source}
        className="candidates"
        data-round={round.round}
        data-source={sourceText(group, words)}
        aria-label={sourceText(group, words)}
      >
        {group.candidates.map((one) => rowOf(one, group))}
      </ul>
    ));

  return (
    <div className="candidates-part">
      {newest === undefined ? (
        <p className="quiet">{ended ? texts.none : texts.noneYet}</p>
      ) : (
        <div
          className="candidate-list"
          dir={directionOf(request?.prompt ?? "")}
          {...(choice ? { role: "radiogroup", "aria-label": texts.label } : {})}
        >
          {groupsOf(newest)}
        </div>
      )}
      {unread.length > 0 && (
        <ul className="candidates">
          {unread.map((key) => (
            <BrokenRow key={key} name={key} />
          ))}
        </ul>
      )}
      {earlier.map((round) => (
        <details key={round.round} className="earlier">
          <summary>{texts.round(round.round)}</summary>
          <div className="candidate-list">{groupsOf(round)}</div>
        </details>
      ))}
    </div>
  );
}
