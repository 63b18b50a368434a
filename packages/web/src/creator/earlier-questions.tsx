import { useServerNow } from "@callboard/client/react";
import type { RequestValue } from "@callboard/protocol";
import { outcomeOf } from "../model/outcome.ts";

/** The questions before this one, folded away, with what became of each. */
export function EarlierQuestions({
  requests,
  titleOf,
  me,
}: {
  requests: readonly RequestValue[];
  titleOf: (request: RequestValue) => (candidateId: string) => string | undefined;
  me: string | undefined;
}) {
  const now = useServerNow();
  if (requests.length === 0) return null;
  return (
    <details className="earlier">
      <summary>
        {requests.length === 1 ? "One earlier question" : `${requests.length} earlier questions`}
      </summary>
      <ul>
        {requests.map((request) => {
          const outcome = outcomeOf(request, titleOf(request), me, now);
          return (
            <li key={request.requestId} data-earlier={request.state}>
              Round {request.round}:{" "}
              {outcome ? `${outcome.what} ${outcome.delivery ?? ""}` : "It is still open."}
            </li>
          );
        })}
      </ul>
    </details>
  );
}
