import type { AttendingValue, RequestId } from "@callboard/protocol";
import { attenderText } from "../model/words.ts";
import { RowBoundary } from "../ui/error-boundary.tsx";
import { Sentence } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";

/** Who else has the question open; announced when it changes. */
export function Attending({
  requestId,
  attenders,
}: {
  requestId: RequestId;
  attenders: readonly AttendingValue[];
}) {
  const words = useWords();
  const more = attenders.length - MAX_NAMED;
  return (
    <p className="attending" role="status">
      {attenders.slice(0, MAX_NAMED).map((one) => (
        <RowBoundary key={one.user.id} name={`attending/${requestId}/${one.user.id}`} of={one} as="span">
          <Attender attender={one} />
        </RowBoundary>
      ))}
      {more > 0 && <span className="tag">{words.question.more(more)}</span>}
    </p>
  );
}

const MAX_NAMED = 4;

const Attender = ({ attender }: { attender: AttendingValue }) => (
  <span className="tag" data-attending={attender.user.id} data-state={attender.state}>
    <Sentence>{attenderText(attender, useWords())}</Sentence>
  </span>
);
