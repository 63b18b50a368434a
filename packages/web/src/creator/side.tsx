import type { Inbox as InboxState, SubjectList } from "@callboard/client/react";
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { searchFor } from "../model/inbox.ts";
import type { SubjectRow } from "../model/listed.ts";
import { shortProgress } from "../model/start-progress.ts";
import type { Place } from "../session/link.ts";
import { useKeys } from "../ui/use-keys.ts";
import type { Videos } from "../ui/use-videos.ts";
import type { StartProgress } from "../videos/start-video.ts";
import { useWords } from "../words/use-words.ts";
import { Inbox } from "./inbox.tsx";
import { InboxSearch } from "./inbox-search.tsx";
import { KeysDialog } from "./later-parts.ts";
import type { InboxView } from "./use-inbox-view.ts";
import type { Notifying } from "./use-notifications.ts";
import { VideoList } from "./video-list.tsx";

/** So few lines need no search. */
const FEW = 3;

interface SideProps {
  inbox: InboxState;
  view: InboxView;
  shown: string | undefined;
  /** The subject that is shown. */
  selected: string | undefined;
  openQuestion: (place: Partial<Place>) => void;
  openSubject: (subject: string) => void;
  goNext: () => void;
  nameOf: (subject: string) => string;
  /** Undefined without a video application. */
  lists: { videos: Videos; listed: SubjectList; rows: readonly SubjectRow[] } | undefined;
  start: { progress: StartProgress | undefined; open: () => void } | undefined;
  notifying: Notifying;
  changeNotifying: () => void;
  /** Where the focus moves when the focused question disappears. */
  desk: RefObject<HTMLElement | null>;
}

/** The left column: the inbox, the user's videos, and further functions of the page. */
export function Side({
  inbox,
  view,
  shown,
  selected,
  openQuestion,
  openSubject,
  goNext,
  nameOf,
  lists,
  start,
  notifying,
  changeNotifying,
  desk,
}: SideProps) {
  const words = useWords();
  const { frame } = words;
  const list = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  /** Undefined until the dialog was opened. */
  const [showsKeys, setShowsKeys] = useState<boolean>();
  const { search, groups, questions, cursor, setCursor } = view;
  const openRow = useCallback(
    ({ subject, requestId }: { subject: string; requestId: string }) =>
      openQuestion({ subject, requestId: requestId as NonNullable<Place["requestId"]> }),
    [openQuestion],
  );
  useReturn(list, shown, selected, desk);

  const rowOf = (id: string | undefined) =>
    id === undefined
      ? null
      : (list.current?.querySelector<HTMLElement>(`[data-request="${CSS.escape(id)}"] button`) ?? null);
  function move(by: 1 | -1) {
    const inList = list.current?.contains(document.activeElement) ?? false;
    const place = questions.findIndex(({ requestId }) => requestId === cursor);
    // From elsewhere, the first key starts at the current row; after that each key is one step.
    const to = inList || cursor === shown ? place + by : place;
    const row = rowOf(questions[Math.min(Math.max(0, to), questions.length - 1)]?.requestId);
    row?.focus();
    row?.scrollIntoView({ block: "nearest" });
  }
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    n: ({ repeat }) => repeat || goNext(),
    "/": () => {
      field.current?.focus();
      field.current?.select();
    },
    "?": () => setShowsKeys(true),
  });

  const finds = searchFor(search);
  const rows = lists?.rows.filter(({ subject, name }) => finds(`${name} ${nameOf(subject)} ${subject}`));
  const all = inbox.wanted.length + (lists?.rows.length ?? 0);
  return (
    <div className="side">
      <section className="inbox" aria-labelledby="inbox-heading">
        <div className="side-head">
          <h2 id="inbox-heading">
            {frame.inbox.heading}
            {inbox.wanted.length > 0 && <span className="count">{inbox.wanted.length}</span>}
          </h2>
          {start && (
            <button type="button" className="button new-video" onClick={start.open}>
              {frame.start.button}
              {start.progress !== undefined && ` · ${shortProgress(start.progress, words)}`}
            </button>
          )}
        </div>
        {(all > FEW || search !== "") && (
          <InboxSearch
            field={field}
            search={search}
            setSearch={view.setSearch}
            found={questions.length + (rows?.length ?? 0)}
            enter={() => rowOf(questions[0]?.requestId)?.focus()}
          />
        )}
        <div className="side-scroll" ref={list}>
          <Inbox
            inbox={inbox}
            groups={groups}
            channel={lists?.listed.channel}
            shown={shown}
            cursor={cursor}
            setCursor={setCursor}
            open={openRow}
            nameOf={nameOf}
          />
        </div>
      </section>
      {lists && rows && (
        <VideoList
          videos={lists.videos}
          channel={lists.listed.channel}
          rows={rows}
          isSearched={search.trim() !== ""}
          selected={selected}
          open={openSubject}
        />
      )}
      <div className="side-foot">
        <button type="button" className="button plain" onClick={() => setShowsKeys(true)}>
          {frame.keys.button}
        </button>
        {notifying !== "unsupported" && (
          <button
            type="button"
            className="button plain"
            aria-pressed={notifying === "on" || notifying === "off" ? notifying === "on" : undefined}
            onClick={changeNotifying}
          >
            {frame.notify[notifying === "denied" ? "ask" : notifying]}
          </button>
        )}
        <a className="button plain" href="./settings.html">
          {frame.settings}
        </a>
        <p className="quiet hint" role="status">
          {notifying === "denied" && frame.notify.denied}
        </p>
      </div>
      {showsKeys !== undefined && <KeysDialog isOpen={showsKeys} close={() => setShowsKeys(false)} />}
    </div>
  );
}

/** Coming back to the inbox, by its button or the browser's, restores the former position. */
function useReturn(
  list: RefObject<HTMLElement | null>,
  shown: string | undefined,
  selected: string | undefined,
  desk: RefObject<HTMLElement | null>,
) {
  const last = useRef<string>(undefined);
  const was = useRef(selected);
  if (shown !== undefined) last.current = shown;
  useEffect(() => {
    const isBack = was.current !== undefined && selected === undefined;
    was.current = selected;
    const { activeElement } = document;
    const isLost = !activeElement || activeElement === document.body || desk.current?.contains(activeElement);
    if (!isBack || !isLost) return;
    const rows = [...(list.current?.querySelectorAll<HTMLElement>("[data-request] button") ?? [])];
    const idOf = (row: HTMLElement) => row.closest<HTMLElement>("[data-request]")?.dataset.request;
    (rows.find((row) => idOf(row) === last.current) ?? rows[0])?.focus();
  }, [selected, list, desk]);
}
