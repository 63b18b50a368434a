import type { Waiting } from "@callboard/client/headless";
import { useProgress, useServerNow } from "@callboard/client/react";
import { waitingText } from "../model/subject.ts";
import { subjectName, untitledName, videoSteps } from "../model/words.ts";
import { ChannelProblem } from "../ui/channel-problem.tsx";
import { RowBoundary } from "../ui/error-boundary.tsx";
import { ProgressList } from "../ui/progress-list.tsx";
import { SubjectHead } from "../ui/subject-head.tsx";
import { useWords } from "../words/use-words.ts";

/** What everyone may know of a subject. */
export function SubjectView({ subject, leave }: { subject: string; leave: () => void }) {
  const words = useWords();
  const steps = subject.startsWith("video/") ? videoSteps : [];
  const { runs, unread, waiting, status, loading, ...about } = useProgress(subject, { steps });
  return (
    <div className="viewer">
      <button type="button" className="button plain" onClick={leave}>
        All videos
      </button>
      <SubjectHead {...about} name={untitledName(subject, words)} caption={subjectName(subject)} />
      <ChannelProblem status={status} what="watch this video" />
      <RowBoundary name="waiting" of={waiting} as="p">
        <WaitingLine waiting={waiting} />
      </RowBoundary>
      <ProgressList runs={runs} unread={unread} loading={loading} />
    </div>
  );
}

/** What nobody has answered yet; read aloud when that changes. */
function WaitingLine({ waiting }: { waiting: Waiting | undefined }) {
  const text = waitingText(waiting, useServerNow(), useWords());
  return (
    <div className="waiting-place" role="status">
      {text !== undefined && (
        <p className="message" data-tone="pending" data-waiting="true">
          {text}
        </p>
      )}
    </div>
  );
}
