import type { Candidate, CandidateRound } from "@callboard/client/headless";
import type { RequestValue } from "@callboard/protocol";
import { useId } from "react";
import { sourceText } from "../model/words.ts";
import { BrokenRow, RowBoundary } from "../ui/error-boundary.tsx";
import { PeopleText } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";
import { CandidateCard } from "./candidate-card.tsx";

/** How one of the proposals is marked while the question is open. */
interface Marking {
  readonly request: RequestValue;
  /** The key of the one that is marked. */
  readonly marked: string | undefined;
  readonly mark: (key: string) => void;
}

/** The proposals by round and source; those that may be chosen now are radio buttons, earlier rounds are folded away. */
export function CandidateBoard({
  rounds,
  unread,
  leads,
  lang,
  choice,
  taken,
  ended,
}: {
  rounds: readonly CandidateRound[];
  /** The keys of proposals that cannot be read. */
  unread: readonly string[];
  leads: boolean;
  lang?: string | undefined;
  choice: Marking | undefined;
  /** The reply that was given, which may name one of them. */
  taken: { round: number; candidateId?: string | undefined; source?: string | undefined } | undefined;
  ended: boolean;
}) {
  const id = useId();
  const words = useWords();
  const [newest, ...earlier] = rounds;
  const isTaken = (one: Candidate) =>
    taken !== undefined &&
    one.round === taken.round &&
    one.id === taken.candidateId &&
    (taken.source === undefined || taken.source === one.source);
  const groupsOf = (round: CandidateRound) =>
    round.groups.map((group) => (
      <div key={group.source} className="candidate-group" data-source={sourceText(group, words)}>
        <h3>
          <PeopleText>{sourceText(group, words)}</PeopleText>
          {group.standIn && <span className="tag stand-in">stand-in</span>}
        </h3>
        <ul className="candidates" data-round={round.round}>
          {group.candidates.map((candidate) => (
            <RowBoundary key={candidate.key} name={`candidate/${candidate.key}`} of={candidate}>
              <CandidateCard
                candidate={candidate}
                lang={lang}
                taken={isTaken(candidate)}
                choice={
                  choice?.request.round === candidate.round
                    ? {
                        name: `candidate-${choice.request.requestId}`,
                        checked: candidate.key === choice.marked,
                        choose: () => choice.mark(candidate.key),
                      }
                    : undefined
                }
              />
            </RowBoundary>
          ))}
        </ul>
      </div>
    ));

  return (
    <section className="card candidates-card" aria-labelledby={leads ? `${id}-heading` : undefined}>
      <h2 id={`${id}-heading`}>Candidates</h2>
      {newest === undefined ? (
        <p className="quiet">
          {ended ? "There are none." : "None yet. They are pinned here one by one as they are proposed."}
        </p>
      ) : (
        <>
          {rounds.length > 1 && <p className="quiet">Round {newest.round}</p>}
          <div {...(choice ? { role: "radiogroup", "aria-labelledby": `${id}-heading` } : {})}>
            {groupsOf(newest)}
          </div>
        </>
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
          <summary>Round {round.round}</summary>
          {groupsOf(round)}
        </details>
      ))}
    </section>
  );
}
