import { useChannel, useProgress, useServerNow } from "@callboard/client/react";
import { type Subject, workChannel } from "@callboard/protocol";
import type { ComponentProps } from "react";
import { momentText } from "../model/time.ts";
import { subjectCaption, subjectName, untitledName, videoSteps } from "../model/words.ts";
import { fragmentOf } from "../session/link.ts";
import { ChannelProblem } from "../ui/channel-problem.tsx";
import { RowBoundary } from "../ui/error-boundary.tsx";
import { ProgressList } from "../ui/progress-list.tsx";
import { SubjectHead } from "../ui/subject-head.tsx";
import type { Video, VideosApi } from "../videos/videos-api.ts";
import { useWords } from "../words/use-words.ts";
import { Beside, History, RunControls } from "./later-parts.ts";
import { QuestionList } from "./question-list.tsx";
import { Warnings } from "./warnings.tsx";

/** All of a subject that its owners may see and do: its question, and around it the video and the steps. */
export function SubjectDesk({
  api,
  subject,
  video,
  onStale,
  questions,
}: {
  /** Undefined without a video application. */
  api: VideosApi | undefined;
  subject: string;
  /** Known only for the user's own videos. */
  video: Video | undefined;
  onStale: () => void;
  /** The page's data about questions, independent of the subject. */
  questions: Pick<ComponentProps<typeof QuestionList>, "named" | "pressed" | "onShown">;
}) {
  const words = useWords();
  const { desk } = words.frame;
  const now = useServerNow();
  const { items } = useChannel(workChannel(subject as Subject));
  const steps = subject.startsWith("video/") ? videoSteps : [];
  const { runs, unread, status, loading, title, picture, viewers } = useProgress(subject, {
    channel: "work",
    steps,
  });
  const name = video?.name ?? untitledName(subject, words);
  // The post-processing names a video by its file until a title is chosen.
  const isUntitled = title === undefined || title === video?.name;
  const untitled =
    video === undefined
      ? subjectCaption(subject, name)
      : [desk.untitled, video.startedAt && momentText(video.startedAt, now, words)]
          .filter(Boolean)
          .join(" · ");
  const ended = runs.every(({ execution }) => execution !== undefined && execution.state !== "running");
  const own = runs.find(({ run }) => video !== undefined && run?.endsWith(`:${video.videoId}`))?.execution;
  return (
    <div className="desk-columns" data-over={(runs.length > 0 && ended) || undefined}>
      <div className="desk-main">
        <SubjectHead
          title={title}
          picture={picture}
          viewers={viewers}
          name={name}
          caption={isUntitled ? untitled : (video?.name ?? subjectName(subject))}
        >
          <a
            className="subject-link"
            href={`./viewer.html${fragmentOf({ subject })}`}
            target="_blank"
            rel="noreferrer"
          >
            {desk.viewers}
          </a>
        </SubjectHead>
        <ChannelProblem status={status} what={desk.mayNotWork} />
        <RowBoundary name="warnings" of={items} as="p">
          <Warnings items={items} />
        </RowBoundary>
        <QuestionList subject={subject} items={items} loading={loading} ended={ended} {...questions} />
      </div>
      <div className="desk-side">
        <Beside video={video} items={items} onStale={onStale} />
        <ProgressList runs={runs} unread={unread} loading={loading}>
          {api !== undefined && video !== undefined && own !== undefined && (
            <RunControls api={api} videoId={video.videoId} execution={own} />
          )}
        </ProgressList>
        <History key={subject} subject={subject} />
      </div>
    </div>
  );
}
