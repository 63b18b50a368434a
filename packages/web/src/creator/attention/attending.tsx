import type { AttendingValue, RequestId } from "@callboard/protocol";
import { attendersOf, attenderText, nextLapse } from "../../model/attention.ts";
import type { Items } from "../../model/items.ts";
import { RowBoundary } from "../../ui/error-boundary.tsx";
import { Sentence } from "../../ui/people-text.tsx";
import { useServerNowPast } from "../../ui/use-server-now-past.ts";

/** Who else has the question before them; read aloud when that changes. */
export function Attending({
  items,
  requestId,
  me,
}: {
  items: Items;
  requestId: RequestId;
  me: string | undefined;
}) {
  const now = useServerNowPast((at) => nextLapse(attendersOf(items, requestId, me, at)));
  const attenders = attendersOf(items, requestId, me, now);
  const more = attenders.length - mostNamed;
  return (
    <p className="attending" role="status">
      {attenders.slice(0, mostNamed).map((one) => (
        <RowBoundary key={one.user.id} name={`attending/${requestId}/${one.user.id}`} of={one} as="span">
          <Attender attender={one} />
        </RowBoundary>
      ))}
      {more > 0 && <span className="tag">{more === 1 ? "and one more" : `and ${more} more`}</span>}
    </p>
  );
}

const mostNamed = 4;

const Attender = ({ attender }: { attender: AttendingValue }) => (
  <span className="tag" data-attending={attender.user.id} data-state={attender.state}>
    <Sentence>{attenderText(attender)}</Sentence>
  </span>
);
