import type { SubjectList } from "@callboard/client/react";
import { rowsOf } from "../model/listed.ts";
import { Sentence } from "../ui/people-text.tsx";
import { SubjectRows } from "../ui/subject-rows.tsx";
import type { Videos } from "../ui/use-videos.ts";
import { apiErrorText } from "../videos/api-error.ts";
import { useWords } from "../words/use-words.ts";

/** The creator's videos as they come, the one at hand marked. */
export function VideoList({
  videos,
  listed,
  selected,
  open,
}: {
  videos: Videos;
  listed: SubjectList;
  selected: string | undefined;
  open: (subject: string) => void;
}) {
  const words = useWords();
  const { list, error, refresh } = videos;
  const rows = rowsOf(listed.lines, list);
  return (
    <section className="card" aria-labelledby="videos-heading">
      <h2 id="videos-heading">Your videos</h2>
      {rows.length === 0 && list === undefined && error === undefined && <p className="quiet">Looking…</p>}
      {rows.length === 0 && list !== undefined && <p className="quiet">There is none yet.</p>}
      {error !== undefined && (
        <p className="problem" role="alert">
          <Sentence>{apiErrorText(error, words)}</Sentence>{" "}
          <button type="button" className="button plain" onClick={refresh}>
            Look again
          </button>
        </p>
      )}
      <SubjectRows channel={listed.channel} rows={rows} selected={selected} open={open} />
    </section>
  );
}
