import { useChannel, useServerNow } from "@callboard/client/react";
import { type Subject, watchChannel } from "@callboard/protocol";
import { useMemo } from "react";
import type { Items } from "../model/items.ts";
import { progressOf, unreadProgress } from "../model/progress.ts";
import { waitingText } from "../model/subject.ts";
import { subjectName, untitledName, videoSteps } from "../model/words.ts";
import { ChannelProblem, isLoading } from "../ui/channel-problem.tsx";
import { RowBoundary } from "../ui/error-boundary.tsx";
import { ProgressList } from "../ui/progress-list.tsx";
import { SubjectHead } from "../ui/subject-head.tsx";

/** What everyone may know of a subject. */
export function SubjectView({ subject, leave }: { subject: string; leave: () => void }) {
  const channel = watchChannel(subject as Subject);
  const { items, status } = useChannel(channel);
  const expected = subject.startsWith("video/") ? videoSteps : [];
  const runs = useMemo(() => progressOf(items, expected), [items, expected]);
  return (
    <div className="viewer">
      <button type="button" className="button plain" onClick={leave}>
        All videos
      </button>
      <SubjectHead
        channel={channel}
        items={items}
        name={untitledName(subject)}
        caption={subjectName(subject)}
      />
      <ChannelProblem status={status} what="watch this video" />
      <RowBoundary name="waiting" of={items} as="p">
        <Waiting items={items} />
      </RowBoundary>
      <ProgressList runs={runs} unread={unreadProgress(items)} loading={isLoading(status, items.size)} />
    </div>
  );
}

/** What nobody has answered yet; read aloud when that changes. */
function Waiting({ items }: { items: Items }) {
  const waiting = waitingText(items, useServerNow());
  return (
    <div className="waiting-place" role="status">
      {waiting !== undefined && (
        <p className="message" data-tone="pending" data-waiting="true">
          {waiting}
        </p>
      )}
    </div>
  );
}
