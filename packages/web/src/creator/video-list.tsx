import type { Channel } from "@callboard/client";
import type { SubjectRow } from "../model/listed.ts";
import { Sentence } from "../ui/people-text.tsx";
import { SubjectRows } from "../ui/subject-rows.tsx";
import type { Videos } from "../ui/use-videos.ts";
import { apiErrorText } from "../videos/api-error.ts";
import { useWords } from "../words/use-words.ts";

/** The creator's videos, the newest first; the shown one is marked. */
export function VideoList({
  videos: { list, error, refresh },
  channel,
  rows,
  isSearched,
  selected,
  open,
}: {
  videos: Videos;
  /** The list that has their pictures. */
  channel: Channel | undefined;
  rows: readonly SubjectRow[];
  /** The rows are the results of a search. */
  isSearched: boolean;
  selected: string | undefined;
  open: (subject: string) => void;
}) {
  const words = useWords();
  const { frame } = words;
  const isNone = rows.length === 0 && error === undefined && !isSearched;
  return (
    <section className="videos" data-none={isNone || undefined} aria-labelledby="videos-heading">
      <h2 id="videos-heading" className="side-head">
        {frame.lists.heading}
      </h2>
      <div className="side-scroll">
        {isNone && <p className="quiet">{list === undefined ? frame.looking : frame.lists.none}</p>}
        {error !== undefined && (
          <p className="problem" role="alert">
            <Sentence>{apiErrorText(error, words)}</Sentence>{" "}
            <button type="button" className="button plain" onClick={refresh}>
              {frame.lookAgain}
            </button>
          </p>
        )}
        <SubjectRows channel={channel} rows={rows} selected={selected} open={open} />
      </div>
    </section>
  );
}
