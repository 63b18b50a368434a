import type { RequestValue } from "@callboard/protocol";
import { useEffect, useRef } from "react";
import { AnswerNews } from "./answer-news.tsx";
import { type Attempt, isSettled } from "./use-answer.ts";

/**
 * What became of one's own answer when nothing more can be done about it, also after a newer question has come. An
 * accepted one is shown only until the question itself tells of it.
 */
export function OwnAttempt({
  attempt,
  current,
  me,
}: {
  attempt: Attempt | undefined;
  current: RequestValue | undefined;
  me: string | undefined;
}) {
  const place = useRef<HTMLDivElement>(null);
  const settled = attempt !== undefined && isSettled(attempt.answer) ? attempt : undefined;

  // The buttons go when an answer is settled; the focus must not go with them.
  const settledId = settled?.request.requestId;
  useEffect(() => {
    if (settledId !== undefined) place.current?.focus();
  }, [settledId]);

  const shown = attempt !== undefined && isShown(attempt, current) ? attempt : undefined;
  const earlier = shown !== undefined && shown.request.requestId !== current?.requestId;
  return (
    <div ref={place} tabIndex={-1} className="own-attempt" data-shown={shown !== undefined}>
      {earlier && <h3>Your answer to the earlier question</h3>}
      {shown && <AnswerNews answer={shown.answer} me={me} />}
    </div>
  );
}

function isShown({ request, answer }: Attempt, current: RequestValue | undefined): boolean {
  const earlier = request.requestId !== current?.requestId;
  if (answer.phase === "accepted") return !earlier && current.state === "open";
  return isSettled(answer) || (earlier && answer.phase !== "sending");
}
