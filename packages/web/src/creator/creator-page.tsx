import { useCallback, useEffect, useRef } from "react";
import { AppShell } from "../ui/app-shell.tsx";
import type { PageProps } from "../ui/mount-page.tsx";
import { useMedia } from "../ui/use-browser.ts";
import { useSubject } from "../ui/use-subject.ts";
import { useVideos } from "../ui/use-videos.ts";
import { Inbox } from "./inbox.tsx";
import { StartForm } from "./start-form.tsx";
import { SubjectDesk } from "./subject-desk.tsx";
import { Toasts } from "./toasts.tsx";
import { useInbox } from "./use-inbox.ts";
import { VideoList } from "./video-list.tsx";

/** The page of those who make: starting videos, what is wanted of one, and the video at hand. */
export function CreatorPage({ config, videos: api }: PageProps) {
  const [subject, choose] = useSubject();
  const videos = useVideos(api);
  const inbox = useInbox();
  const desk = useRef<HTMLDivElement>(null);

  const opened = useRef<string>(undefined);
  const takeFocus = useCallback(() => {
    opened.current = undefined;
    const heading = desk.current?.querySelector("h1");
    heading?.focus({ preventScroll: true });
    heading?.scrollIntoView({ block: "nearest" });
  }, []);
  // The desk of the chosen subject is drawn first, whenever that is; then its heading takes the focus.
  useEffect(() => {
    if (subject !== undefined && opened.current === subject) takeFocus();
  }, [subject, takeFocus]);
  const open = useCallback(
    (next: string) => {
      opened.current = next;
      choose(next);
      if (next === subject) takeFocus();
    },
    [choose, subject, takeFocus],
  );
  const started = useCallback(
    (next: string) => {
      videos.refresh();
      open(next);
    },
    [videos.refresh, open],
  );
  const known = videos.list?.find((video) => video.subject === subject);
  useRefreshFor(subject, videos.list !== undefined && known === undefined, videos.refresh);
  const nameOf = (one: string) => videos.list?.find((video) => video.subject === one)?.name;

  const sidePart = (
    <div key="side" className="side">
      <StartForm api={api} config={config} onStarted={started} />
      <Inbox inbox={inbox} selected={subject} open={open} nameOf={nameOf} />
      <VideoList videos={videos} selected={subject} open={open} />
    </div>
  );
  const deskPart = (
    <div key="desk" className="desk" ref={desk}>
      {subject === undefined ? (
        <EmptyDesk />
      ) : (
        <SubjectDesk key={subject} api={api} subject={subject} video={known} onStale={videos.refresh} />
      )}
    </div>
  );
  // In one column the video at hand comes first, for the eye and for the keyboard alike.
  const deskFirst = useMedia("(max-width: 55.99rem)") && subject !== undefined;

  return (
    <AppShell page="Creator">
      <div className="creator">{deskFirst ? [deskPart, sidePart] : [sidePart, deskPart]}</div>
      <Toasts receipts={inbox.receipts} ready={inbox.ready} nameOf={nameOf} />
    </AppShell>
  );
}

/** A subject that the list does not know yet is asked for once. */
function useRefreshFor(subject: string | undefined, unknown: boolean, refresh: () => void) {
  const asked = useRef<string>(undefined);
  useEffect(() => {
    if (!unknown || subject === undefined || asked.current === subject) return;
    asked.current = subject;
    refresh();
  }, [subject, unknown, refresh]);
}

function EmptyDesk() {
  useEffect(() => {
    document.title = "Creator · Callboard";
  }, []);
  return (
    <div className="empty-desk">
      <h1>Nothing on the board yet</h1>
      <p>Start a video, play the sample, or open something from your inbox. It will be pinned here.</p>
    </div>
  );
}
