import { useServerNow } from "@callboard/client/react";
import type { RequestValue } from "@callboard/protocol";
import { outcomeOf } from "../model/outcome.ts";
import { defaultText, roundsLeft } from "../model/question.ts";
import { Countdown } from "../ui/countdown.tsx";
import { AskedPeople } from "./asked-people.tsx";

/** What is asked, until when and what happens otherwise; once closed, what became of it. */
export function QuestionHead({
  request,
  changedAt,
  titleOf,
  me,
}: {
  request: RequestValue;
  /** When the question last changed, in milliseconds. */
  changedAt: number;
  titleOf: (candidateId: string) => string | undefined;
  me: string | undefined;
}) {
  const now = useServerNow();
  const outcome = outcomeOf(request, titleOf, me, now);
  const left = roundsLeft(request);
  return (
    <>
      <p className="prompt">{request.prompt}</p>
      {outcome === undefined ? (
        <>
          <p className="question-facts">
            {request.deadline !== undefined && <Countdown until={request.deadline} />}
            {request.maxRounds !== undefined && (
              <span className="tag">
                round {request.round} of {request.maxRounds}
              </span>
            )}
            {left === 0 && <span className="tag">the last round</span>}
          </p>
          <AskedPeople request={request} changedAt={changedAt} me={me} />
          <p className="default">{defaultText(request, titleOf, now)}</p>
        </>
      ) : (
        <div className="message" data-tone={outcome.tone} data-outcome={request.state} role="status">
          <p>
            <strong>{outcome.what}</strong>
          </p>
          {outcome.delivery !== undefined && <p>{outcome.delivery}</p>}
        </div>
      )}
    </>
  );
}
