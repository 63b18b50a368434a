import { useInbox, useList } from "@callboard/client/react";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Place } from "../session/link.ts";
import { AppShell } from "../ui/app-shell.tsx";
import type { PageProps } from "../ui/mount-page.tsx";
import { useMedia } from "../ui/use-browser.ts";
import { useOwnList } from "../ui/use-own-list.ts";
import { usePlace } from "../ui/use-place.ts";
import { useVideos } from "../ui/use-videos.ts";
import { HeldNotices } from "./held-notices.tsx";
import { Inbox } from "./inbox.tsx";
import { StartForm } from "./later-parts.ts";
import { SubjectDesk } from "./subject-desk.tsx";
import { Toasts } from "./toasts.tsx";
import { VideoList } from "./video-list.tsx";

/** The page of those who make: starting videos, what is wanted of one, and the video at hand. */
export function CreatorPage({ config, videos: api }: PageProps) {
  const [{ subject, requestId }, go] = usePlace();
  const videos = useVideos(api);
  const listed = useList(useOwnList("video"));
  const inbox = useInbox();
  const desk = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState<string>();

  const opened = useRef<string>(undefined);
  const pressed = useRef<string>(undefined);
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
      go({ subject: next });
      if (next === subject) takeFocus();
    },
    [go, subject, takeFocus],
  );
  // A question takes the focus itself, as soon as it is there.
  const openQuestion = useCallback(
    (place: Place) => {
      pressed.current = place.requestId;
      go(place);
    },
    [go],
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
  const nameOf = (one: string) =>
    listed.lines.find((line) => line.subject === one)?.title ??
    videos.list?.find((video) => video.subject === one)?.name;

  const sidePart = (
    <div key="side" className="side">
      {api && <StartForm api={api} config={config} onStarted={started} />}
      <Inbox
        inbox={inbox}
        shown={subject === undefined ? undefined : shown}
        open={openQuestion}
        nameOf={nameOf}
      />
      {(api || listed.lines.length > 0) && (
        <VideoList videos={videos} listed={listed} selected={subject} open={open} />
      )}
    </div>
  );
  const deskPart = (
    <div key="desk" className="desk" ref={desk}>
      {subject === undefined ? (
        <EmptyDesk canStart={api !== undefined} />
      ) : (
        <SubjectDesk
          key={subject}
          api={api}
          subject={subject}
          video={known}
          onStale={videos.refresh}
          questions={{ named: requestId, pressed, onShown: setShown }}
        />
      )}
    </div>
  );
  // In one column the video at hand comes first, for the eye and for the keyboard alike.
  const deskFirst = useMedia("(max-width: 55.99rem)") && subject !== undefined;

  return (
    <AppShell page="Creator">
      <div className="creator">{deskFirst ? [deskPart, sidePart] : [sidePart, deskPart]}</div>
      <HeldNotices />
      <Toasts receipts={inbox.receipts} ready={!inbox.stale} nameOf={nameOf} />
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

function EmptyDesk({ canStart }: { canStart: boolean }) {
  useEffect(() => {
    document.title = "Creator · Callboard";
  }, []);
  return (
    <div className="empty-desk">
      <h1>Nothing on the board yet</h1>
      <p>
        {canStart
          ? "Start a video, play the sample, or open something from your inbox. It will be pinned here."
          : "Open something from your inbox. It will be pinned here."}
      </p>
    </div>
  );
}
