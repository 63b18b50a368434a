import { connectionView } from "@callboard/client/headless";
import { useConnection, useList, useServerNow } from "@callboard/client/react";
import { limits, listChannel } from "@callboard/protocol";
import { type ReactNode, useState } from "react";
import { rowsOf, type SubjectRow } from "../model/listed.ts";
import { quoted } from "../model/words.ts";
import { usePageTitle } from "../ui/page-title.tsx";
import { Sentence } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";
import { FindForm } from "./find-form.tsx";
import { matchingRows, meantBy, partRows } from "./find-rows.ts";
import { ListedRows } from "./listed-row.tsx";

const recent = listChannel("video");

/** Lets the reader choose a video: the recent ones, and a field that finds one of them or opens any other. */
export function VideoChooser({ choose }: { choose: (subject: string) => void }) {
  const words = useWords();
  const { list } = words.viewer;
  const { lines, status, loading } = useList(recent);
  const [text, setText] = useState("");
  usePageTitle(words.shell.pages.viewer);

  const rows = rowsOf(lines);
  const found = matchingRows(rows, text);
  return (
    <div className="viewer-list">
      <div className="viewer-list-head">
        <h1>{list.heading}</h1>
        <FindForm text={text} change={setText} meant={() => meantBy(text, rows)} open={choose} />
      </div>
      {typeof status === "object" ? (
        <Blank title={status.error === "forbidden" ? list.refused : list.failed}>
          {status.error === "forbidden" && list.refusedMore}
        </Blank>
      ) : loading ? (
        <Looking />
      ) : rows.length === 0 ? (
        <Blank title={list.none}>{list.noneMore}</Blank>
      ) : found.length === 0 ? (
        <Blank title={<Sentence>{list.noMatch(quoted(text.trim(), words))}</Sentence>} />
      ) : (
        <Groups rows={found} isWhole={found.length === rows.length} open={choose} />
      )}
    </div>
  );
}

function Groups({
  rows,
  isWhole,
  open,
}: {
  rows: readonly SubjectRow[];
  /** Nothing was filtered out. */
  isWhole: boolean;
  open: (subject: string) => void;
}) {
  const { list } = useWords().viewer;
  const { now, earlier } = partRows(rows);
  return (
    <>
      {(now.length > 0 || isWhole) && (
        <section aria-labelledby="now-heading">
          <h2 id="now-heading">
            {list.now} {now.length > 0 && <span className="tally">{now.length}</span>}
          </h2>
          {now.length === 0 && <p className="quiet">{list.nothingNow}</p>}
          <ListedRows channel={recent} rows={now} look="cards" open={open} />
        </section>
      )}
      {earlier.length > 0 && (
        <section aria-labelledby="earlier-heading">
          <h2 id="earlier-heading">
            {list.earlier} <span className="tally">{earlier.length}</span>
          </h2>
          <ListedRows channel={recent} rows={earlier} look="lines" open={open} />
        </section>
      )}
      {isWhole && rows.length >= limits.listedSubjects && (
        <p className="quiet hint">{list.most(rows.length)}</p>
      )}
    </>
  );
}

/** A message in place of the list, and what to do. */
function Blank({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <div className="blank" role="status">
      <span className="blank-lamps" aria-hidden="true" />
      <p className="blank-title">{title}</p>
      {children && <p className="quiet">{children}</p>}
    </div>
  );
}

/** A placeholder of the size of a short list, so that nothing jumps. */
function Looking() {
  const { viewer, videos } = useWords();
  const { list } = viewer;
  const isUnauthorised = connectionView(useConnection(), useServerNow(), true).kind === "unauthorised";
  if (isUnauthorised) return <Blank title={videos.linkExpired} />;
  return (
    <div className="looking" role="status">
      <span className="visually-hidden">{list.looking}</span>
      {[0, 1, 2].map((n) => (
        <span key={n} className="bone bone-card" aria-hidden="true" />
      ))}
    </div>
  );
}
