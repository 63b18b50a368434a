import type { CandidateValue, RequestValue } from "@callboard/protocol";
import type { CandidateRound } from "../model/candidates.ts";
import { CandidateCard } from "./candidate-card.tsx";

/** The proposals by round and source; those that may be chosen now are radio buttons, earlier rounds are folded away. */
export function CandidateBoard({
  rounds,
  choosable,
  taken,
  selected,
  select,
  ended,
}: {
  rounds: readonly CandidateRound[];
  choosable: RequestValue | undefined;
  taken: string | undefined;
  selected: string | undefined;
  select: (candidateId: string) => void;
  ended: boolean;
}) {
  const [newest, ...earlier] = rounds;
  const offered = (candidate: CandidateValue) =>
    choosable !== undefined &&
    candidate.round === choosable.round &&
    (choosable.candidates.length === 0 || choosable.candidates.includes(candidate.id));
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
              key={candidate.id}
              candidate={candidate}
              taken={candidate.id === taken}
              choice={
                offered(candidate)
                  ? {
                      name: `candidate-${choosable?.requestId}`,
                      checked: candidate.id === selected,
                      choose: () => select(candidate.id),
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
