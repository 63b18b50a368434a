import type { RunProgress, Waiting } from "@callboard/client/headless";
import { useServerNow } from "@callboard/client/react";
import { waitingText } from "../model/subject.ts";
import { quoted, subjectName } from "../model/words.ts";
import { RowBoundary } from "../ui/error-boundary.tsx";
import { usePageTitle } from "../ui/page-title.tsx";
import { Sentence } from "../ui/people-text.tsx";
import { ProgressList } from "../ui/progress-list.tsx";
import { useWords } from "../words/use-words.ts";
import { LaterFacts } from "./later-facts.tsx";
import { ReleasedVideo } from "./released-video.tsx";
import { ShowHead } from "./show-head.tsx";
import { useWatched, type Watched } from "./use-watched.ts";

/** All of a subject that everyone may see. */
export function SubjectView({ subject, leave }: { subject: string; leave: () => void }) {
  const { viewer } = useWords();
  const watched = useWatched(subject);
  return (
    // Content that is drawn again after an update has not moved.
    <div key={watched.loading ? "loading" : "known"} className="viewer">
      <button type="button" className="button plain back" onClick={leave}>
        {viewer.all}
      </button>
      <Show subject={subject} watched={watched} />
    </div>
  );
}

function Show({ subject, watched }: { subject: string; watched: Watched }) {
  const { status, isUnknown, runs, unread, loading, media } = watched;
  if (typeof status === "object")
    return <NotWatched subject={subject} isForbidden={status.error === "forbidden"} />;
  if (loading) return <Coming subject={subject} />;
  if (isUnknown) return <UnknownSubject subject={subject} />;
  return (
    <article className="show" data-media={media === undefined ? "none" : "there"}>
      <ShowHead subject={subject} watched={watched} />
      <div className="show-main">
        <WaitingLine waiting={watched.waiting} />
        <ReleasedVideo watched={watched} />
        <LaterFacts items={watched.items} />
      </div>
      <ProgressList runs={runs} unread={unread} loading={loading}>
        <Meaning run={runs[0]} />
      </ProgressList>
    </article>
  );
}

/** A placeholder of the usual size, until the kind of subject is known. */
export function Coming({ subject }: { subject: string }) {
  const { viewer, shell } = useWords();
  usePageTitle(shell.titleOf(subjectName(subject)));
  return (
    <div className="show" role="status" aria-busy="true">
      <span className="visually-hidden">{viewer.untold}</span>
      <div className="show-head" aria-hidden="true">
        <span className="avatar bone" />
        <div className="show-words">
          <span className="bone bone-line" />
          <span className="bone bone-title" />
        </div>
      </div>
      <span className="bone bone-steps" aria-hidden="true" />
    </div>
  );
}

/** The open questions; announced when they change. */
export function WaitingLine({ waiting }: { waiting: Waiting | undefined }) {
  return (
    <div className="waiting-place" role="status">
      <RowBoundary name="waiting" of={waiting} as="p">
        <WaitingText waiting={waiting} />
      </RowBoundary>
    </div>
  );
}

function WaitingText({ waiting }: { waiting: Waiting | undefined }) {
  const text = waitingText(waiting, useServerNow(), useWords());
  if (text === undefined) return null;
  return (
    <p className="message" data-tone="pending" data-waiting="true">
      {text}
    </p>
  );
}

/** What an unsuccessful end means for viewers. */
function Meaning({ run }: { run: RunProgress | undefined }) {
  const { viewer } = useWords();
  const state = run?.execution?.state;
  if (state === "aborted") return <p className="quiet">{viewer.stopped}</p>;
  return state === "failed" || state === "timed_out" ? <p className="quiet">{viewer.failed}</p> : null;
}

/** For a subject without any report. */
export function UnknownSubject({ subject }: { subject: string }) {
  const words = useWords();
  const { unknown } = words.viewer;
  usePageTitle(words.shell.titleOf(subjectName(subject)));
  return (
    <div className="blank" data-unknown={subject}>
      <span className="blank-lamps" aria-hidden="true" />
      <h1 tabIndex={-1}>
        <Sentence>{unknown.heading(quoted(subjectName(subject), words))}</Sentence>
      </h1>
      <p className="quiet">{unknown.text}</p>
      <p className="quiet">{unknown.live}</p>
    </div>
  );
}

function NotWatched({ subject, isForbidden }: { subject: string; isForbidden: boolean }) {
  const { viewer, shell } = useWords();
  usePageTitle(shell.titleOf(subjectName(subject)));
  return (
    <div className="blank" role="alert">
      <span className="blank-lamps" aria-hidden="true" />
      <h1 tabIndex={-1}>{isForbidden ? viewer.mayNot : shell.channels.notFollowed}</h1>
      {isForbidden && <p className="quiet">{viewer.mayNotMore}</p>}
    </div>
  );
}
