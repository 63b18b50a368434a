import { useChannel } from "@callboard/client/react";
import { workChannel } from "@callboard/core";
import { useMemo } from "react";
import { progressOf } from "../model/progress.ts";
import { titleOf, warningsOf } from "../model/subject.ts";
import { subjectName, videoSteps } from "../model/words.ts";
import { fragmentOf } from "../session/link.ts";
import { ChannelProblem, isLoading } from "../ui/channel-problem.tsx";
import { ProgressList } from "../ui/progress-list.tsx";
import { SubjectHead } from "../ui/subject-head.tsx";
import type { Video } from "../videos/videos-api.ts";
import { Player } from "./player.tsx";
import { QuestionPanel } from "./question-panel.tsx";

/** Everything of one subject that its owners may see and do. */
export function SubjectDesk({
  subject,
  video,
  onStale,
}: {
  subject: string;
  video: Video | undefined;
  onStale: () => void;
}) {
  const channel = workChannel(subject);
  const { items, status } = useChannel(channel);
  const expected = subject.startsWith("video/") ? videoSteps : [];
  const progress = useMemo(() => progressOf(items, expected), [items, expected]);
  const loading = isLoading(status, items.size);
  const name = video?.name ?? subjectName(subject);
  const ended = progress.execution !== undefined && progress.execution.state !== "running";
  return (
    <>
      <SubjectHead
        channel={channel}
        items={items}
        name={name}
        caption={titleOf(items) === undefined ? "Not titled yet" : name}
      />
      <p className="subject-link">
        <a href={`./viewer.html${fragmentOf(subject)}`} target="_blank" rel="noreferrer">
          What viewers see
        </a>
      </p>
      <ChannelProblem status={status} what="work on this video" />
      {warningsOf(items).map((warning) => (
        <p key={warning.key} className="message" data-tone="lost">
          {warning.message}
        </p>
      ))}
      <div className="desk-columns">
        <QuestionPanel items={items} loading={loading} ended={ended} />
        <div className="desk-side">
          <Player video={video} onStale={onStale} />
          <ProgressList progress={progress} loading={loading} />
        </div>
      </div>
    </>
  );
}
