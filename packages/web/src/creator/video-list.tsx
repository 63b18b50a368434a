import { useServerNow } from "@callboard/client/react";
import { momentText } from "../model/time.ts";
import { RowBoundary } from "../ui/error-boundary.tsx";
import { PeopleText } from "../ui/people-text.tsx";
import type { Videos } from "../ui/use-videos.ts";

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
  const now = useServerNow();
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
      <ul className="rows">
        {list?.map((video) => (
          <RowBoundary key={video.subject} name={video.subject} of={video}>
            <li>
              <button
                type="button"
                className="row"
                aria-current={video.subject === selected ? "true" : undefined}
                onClick={() => open(video.subject)}
              >
                <PeopleText as="strong">{video.name}</PeopleText>
                {video.startedAt !== undefined && (
                  <span className="quiet">{momentText(video.startedAt, now)}</span>
                )}
              </button>
            </li>
          </RowBoundary>
        ))}
      </ul>
    </section>
  );
}
