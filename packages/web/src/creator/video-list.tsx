import type { Videos } from "../ui/use-videos.ts";
import { VideoRows } from "../ui/video-rows.tsx";

/** The creator's videos, the one at hand marked. */
export function VideoList({
  videos,
  selected,
  open,
}: {
  videos: Videos;
  selected: string | undefined;
  open: (subject: string) => void;
}) {
  const { list, error, refresh } = videos;
  return (
    <section className="card" aria-labelledby="videos-heading">
      <h2 id="videos-heading">Your videos</h2>
      {list === undefined && error === undefined && <p className="quiet">Looking…</p>}
      {list?.length === 0 && <p className="quiet">There is none yet.</p>}
      {error !== undefined && (
        <p className="problem" role="alert">
          {error.message}{" "}
          <button type="button" className="button plain" onClick={refresh}>
            Look again
          </button>
        </p>
      )}
      <VideoRows videos={list ?? []} selected={selected} open={open} />
    </section>
  );
}
