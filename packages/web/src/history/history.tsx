import "../styles/history.css";
import { useServerNow, useUser } from "@callboard/client/react";
import type { HistoryEntry } from "@callboard/protocol";
import { useState } from "react";
import { exactMomentText } from "../model/time.ts";
import { RowBoundary } from "../ui/error-boundary.tsx";
import { Sentence } from "../ui/people-text.tsx";
import { useKeptFocus } from "../ui/use-kept-focus.ts";
import { entryText, useHistoryWords } from "./entry-text.ts";
import { useHistory } from "./use-history.ts";

/** The history of a subject, for its owners, loaded on request. */
export function History({ subject }: { subject: string }) {
  const { history } = useHistoryWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <section className="card history" aria-labelledby="history-heading">
      <div className="history-head">
        <h2 id="history-heading">{history.heading}</h2>
        <button
          type="button"
          className="button plain"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? history.hide : history.show}
        </button>
      </div>
      {isOpen && <Entries subject={subject} />}
    </section>
  );
}

function Entries({ subject }: { subject: string }) {
  const words = useHistoryWords();
  const { history } = words;
  const { phase, entries, next, load } = useHistory(subject);
  const isReading = phase === "reading";
  // After a button that has disappeared, or is disabled, the focus moves to the end of the history.
  const end = useKeptFocus<HTMLParagraphElement>(isReading ? undefined : "read");
  return (
    <>
      {entries.length > 0 && (
        <ol className="history-entries" aria-busy={isReading}>
          {entries.map((entry) => (
            <RowBoundary key={entry.id} name={entry.id} of={entry}>
              <Entry entry={entry} />
            </RowBoundary>
          ))}
        </ol>
      )}
      <p className="quiet" role="status" tabIndex={-1} ref={end}>
        {isReading && words.question.looking}
        {phase === "unavailable" && history.unavailable}
        {phase === "read" && entries.length === 0 && next === undefined && history.none}
        {phase === "read" && (entries.length > 0 || next !== undefined) && (
          <>
            <span className="visually-hidden">{history.shown(entries.length)}</span>
            {next === undefined && ` ${history.all}`}
          </>
        )}
      </p>
      <div className="history-foot">
        {next !== undefined && (
          <button type="button" className="button" disabled={isReading} onClick={() => load(next)}>
            {history.earlier}
          </button>
        )}
        <button type="button" className="button plain" disabled={isReading} onClick={() => load()}>
          {history.refresh}
        </button>
      </div>
    </>
  );
}

function Entry({ entry }: { entry: HistoryEntry }) {
  const words = useHistoryWords();
  const now = useServerNow();
  const { text, more, tone } = entryText(entry, useUser()?.id, now, words);
  return (
    <li data-what={entry.what} data-tone={tone}>
      <time dateTime={new Date(entry.at).toISOString()}>{exactMomentText(entry.at, now, words)}</time>
      <p className="history-text">
        <Sentence>{text}</Sentence>
      </p>
      {more.map((line) => (
        <p key={line} className="history-more">
          <Sentence>{line}</Sentence>
        </p>
      ))}
    </li>
  );
}
