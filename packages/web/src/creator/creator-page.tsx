import { useInbox, useList, useServerNow } from "@callboard/client/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { distinctNames } from "../model/distinct-names.ts";
import { rowsOf } from "../model/listed.ts";
import { subjectName } from "../model/words.ts";
import type { Place } from "../session/link.ts";
import { AppShell } from "../ui/app-shell.tsx";
import type { PageProps } from "../ui/mount-page.tsx";
import { TitlePrefix } from "../ui/page-title.tsx";
import { useOwnList } from "../ui/use-own-list.ts";
import { usePlace } from "../ui/use-place.ts";
import { useVideos } from "../ui/use-videos.ts";
import { useWords } from "../words/use-words.ts";
import { DropZone } from "./drop-zone.tsx";
import { Desk, DeskTitle, LookingDesk, UnknownDesk } from "./empty-desk.tsx";
import { useFavicon } from "./favicon.ts";
import { HeldNotices } from "./held-notices.tsx";
import { RestingDesk, Toasts } from "./later-parts.ts";
import { NextProvider } from "./next-question.tsx";
import { Side } from "./side.tsx";
import { StartDialog } from "./start-dialog.tsx";
import { SubjectDesk } from "./subject-desk.tsx";
import { useInboxView } from "./use-inbox-view.ts";
import { useNotifications } from "./use-notifications.ts";
import { usePlaceSubject } from "./use-place-subject.ts";
import { useStart } from "./use-start.ts";

/** The creator's page: the inbox at the left, the current question, and the lists beside it. */
export function CreatorPage({ config, videos: api }: PageProps) {
  const words = useWords();
  const [place, go] = usePlace();
  const inbox = useInbox();
  const at = usePlaceSubject(place, inbox);
  const subject = at.kind === "known" ? at.subject : undefined;
  const videos = useVideos(api);
  const listed = useList(useOwnList("video"));
  const [shownOnDesk, setShown] = useState<string>();
  const shown = subject === undefined ? undefined : shownOnDesk;

  const rows = useMemo(() => rowsOf(listed.lines, videos.list), [listed.lines, videos.list]);
  const nameOf = useNames(inbox, rows);
  const view = useInboxView({ wanted: inbox.wanted, lines: listed.lines, nameOf, shown });

  const desk = useRef<HTMLDivElement>(null);
  const focus = useDeskFocus(desk, subject);
  const openSubject = useCallback(
    (next: string) => {
      focus.onHeading(next);
      go({ subject: next });
    },
    [go, focus],
  );
  const openQuestion = useCallback(
    (next: Partial<Place>) => {
      focus.pressed.current = next.requestId;
      go(next);
    },
    [go, focus],
  );
  const started = useCallback(
    (next: string) => {
      videos.refresh();
      setStarting(undefined);
      openSubject(next);
    },
    [videos.refresh, openSubject],
  );
  const start = useStart(api, started);
  /** The files to start with while the dialog is open. */
  const [starting, setStarting] = useState<readonly File[]>();
  const known = videos.list?.find((video) => video.subject === subject);
  useRefreshFor(subject, videos.list !== undefined && known === undefined, videos.refresh);

  const count = inbox.wanted.length;
  useFavicon(count);
  const openNotified = useCallback(
    (requestId: string) => openQuestion({ requestId: requestId as NonNullable<Place["requestId"]> }),
    [openQuestion],
  );
  const [notifying, changeNotifying] = useNotifications(inbox, nameOf, openNotified);
  const { next } = view;
  const goNext = useCallback(() => {
    if (next) openQuestion({ subject: next.subject, requestId: next.requestId });
  }, [next, openQuestion]);
  const others = count - (inbox.wanted.some(({ requestId }) => requestId === shown) ? 1 : 0);
  const way = useMemo(() => (next ? { others, go: goNext } : undefined), [next, others, goNext]);
  const isEmpty = count === 0 && rows.length === 0;

  return (
    <TitlePrefix value={count === 0 ? "" : `(${count}) `}>
      <NextProvider value={way}>
        <AppShell page={words.frame.page}>
          {subject === undefined && <DeskTitle />}
          <div
            className="creator"
            data-at={at.kind === "nowhere" ? "inbox" : "desk"}
            data-empty={isEmpty || undefined}
          >
            <Side
              inbox={inbox}
              view={view}
              shown={shown}
              selected={subject}
              openQuestion={openQuestion}
              openSubject={openSubject}
              goNext={goNext}
              nameOf={nameOf}
              lists={api || rows.length > 0 ? { videos, listed, rows } : undefined}
              start={api && { progress: start.progress, open: () => setStarting([]) }}
              notifying={notifying}
              changeNotifying={changeNotifying}
              desk={desk}
            />
            <div className="desk" ref={desk}>
              <p className="back-to-inbox">
                <button
                  type="button"
                  className="button plain"
                  aria-label={words.frame.inbox.backLabel(count)}
                  onClick={() => go({})}
                >
                  <span aria-hidden="true" className="back-arrow" />
                  {words.frame.inbox.back(count)}
                </button>
              </p>
              {subject !== undefined ? (
                <SubjectDesk
                  key={subject}
                  api={api}
                  subject={subject}
                  video={known}
                  onStale={videos.refresh}
                  questions={{ named: place.requestId, pressed: focus.pressed, onShown: setShown }}
                />
              ) : at.kind === "nowhere" ? (
                <RestingDesk
                  inbox={inbox}
                  isEmpty={isEmpty}
                  isLooking={inbox.stale || (api !== undefined && videos.list === undefined)}
                  first={next}
                  open={openQuestion}
                  start={start}
                  canStart={api !== undefined}
                  hasSample={config.sampleAvailable}
                  openStart={() => setStarting([])}
                />
              ) : at.kind === "malformed" ? (
                <Desk kind="malformed" heading={words.shell.noPage} />
              ) : at.kind === "unknown" ? (
                <UnknownDesk />
              ) : (
                <LookingDesk />
              )}
            </div>
          </div>
          {api && (
            <>
              <StartDialog
                config={config}
                start={start}
                given={starting}
                close={() => setStarting(undefined)}
              />
              <DropZone take={setStarting} />
            </>
          )}
          <HeldNotices />
          <Toasts receipts={inbox.receipts} ready={!inbox.stale} atHand={shown} nameOf={nameOf} />
        </AppShell>
      </NextProvider>
    </TitlePrefix>
  );
}

const QUARTER_MS = 15 * 60_000;

/** Names for the subjects, all different. */
function useNames(
  { wanted }: Pick<ReturnType<typeof useInbox>, "wanted">,
  rows: ReturnType<typeof rowsOf>,
): (subject: string, title?: string) => string {
  const words = useWords();
  const now = useServerNow();
  // Time zones differ by quarters of an hour, so a day begins at one of these: names need no more frequent
  // update.
  const quarter = Math.floor(now / QUARTER_MS) * QUARTER_MS;
  const names = useMemo(() => {
    const known = new Map(rows.map((row) => [row.subject, row]));
    for (const { subject, title, askedAt } of wanted)
      if (!known.has(subject))
        known.set(subject, {
          subject,
          name: title ?? subjectName(subject),
          startedAt: askedAt,
          line: undefined,
        });
    return distinctNames([...known.values()], quarter, words);
  }, [rows, wanted, words, quarter]);
  return useCallback((subject, title) => names.get(subject) ?? title ?? subjectName(subject), [names]);
}

/**
 * Moves the focus to what the user has opened: the heading of a subject, or the question that was pressed.
 */
function useDeskFocus(desk: { readonly current: HTMLDivElement | null }, subject: string | undefined) {
  const opened = useRef<string>(undefined);
  const pressed = useRef<string>(undefined);
  const takeFocus = useCallback(() => {
    opened.current = undefined;
    const heading = desk.current?.querySelector("h1");
    heading?.focus({ preventScroll: true });
    heading?.scrollIntoView({ block: "nearest" });
  }, [desk]);
  // When the chosen subject is first drawn, its heading takes the focus.
  useEffect(() => {
    if (subject !== undefined && opened.current === subject) takeFocus();
  }, [subject, takeFocus]);
  return useMemo(
    () => ({
      /** The question that the user asked to see; it takes the focus itself when it is drawn. */
      pressed,
      onHeading(next: string) {
        opened.current = next;
        if (next === subject) takeFocus();
      },
    }),
    [subject, takeFocus],
  );
}

/** Reloads the list once for a subject that it does not have. */
function useRefreshFor(subject: string | undefined, unknown: boolean, refresh: () => void) {
  const asked = useRef<string>(undefined);
  useEffect(() => {
    if (!unknown || subject === undefined || asked.current === subject) return;
    asked.current = subject;
    refresh();
  }, [subject, unknown, refresh]);
}
