import type { CandidateValue, RequestValue } from "@callboard/protocol";
import { type CandidateRound, candidateKey, isChosen, isOffered } from "../model/candidates.ts";
import { CandidateCard } from "./candidate-card.tsx";

/** The proposals by round and source; those that may be chosen now are radio buttons, earlier rounds are folded away. */
export function CandidateBoard({
  rounds,
  asked,
  choosable,
  selected,
  select,
  ended,
}: {
  rounds: readonly CandidateRound[];
  /** The question that is shown, whatever became of it. */
  asked: RequestValue | undefined;
  /** The same while a candidate may be marked for it. */
  choosable: RequestValue | undefined;
  selected: CandidateValue | undefined;
  select: (candidate: CandidateValue) => void;
  ended: boolean;
}) {
  const [newest, ...earlier] = rounds;
  const groupsOf = (round: CandidateRound) =>
    round.groups.map((group) => (
      <div key={group.source} className="candidate-group" data-source={group.source}>
        <h3>
          {group.source}
          {group.standIn && <span className="tag stand-in">stand-in</span>}
        </h3>
        <ul className="candidates" data-round={round.round}>
          {group.candidates.map((candidate) => (
            <CandidateCard
              key={candidateKey(candidate)}
              candidate={candidate}
              taken={asked !== undefined && isChosen(asked, candidate, asked.reply)}
              choice={
                choosable && isOffered(choosable, candidate)
                  ? {
                      name: `candidate-${choosable.requestId}`,
                      checked: selected !== undefined && candidateKey(candidate) === candidateKey(selected),
                      choose: () => select(candidate),
                    }
                  : undefined
              }
            />
          ))}
        </ul>
      </div>
    ));

  return (
    <section className="card candidates-card" aria-labelledby="candidates-heading">
      <h2 id="candidates-heading">Candidates</h2>
      {newest === undefined ? (
        <p className="quiet">
          {ended ? "There are none." : "None yet. They are pinned here one by one as the models find them."}
        </p>
      ) : (
        <>
          {rounds.length > 1 && <p className="quiet">Round {newest.round}</p>}
          <div {...(choosable ? { role: "radiogroup", "aria-labelledby": "candidates-heading" } : {})}>
            {groupsOf(newest)}
          </div>
        </>
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
