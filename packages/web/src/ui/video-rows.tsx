import { useServerNow } from "@callboard/client/react";
import { momentText } from "../model/time.ts";
import type { Video } from "../videos/videos-api.ts";
import { RowBoundary } from "./error-boundary.tsx";
import { PeopleText } from "./people-text.tsx";

/** A list of videos, each a button that opens it. */
export function VideoRows({
  videos,
  selected,
  open,
}: {
  videos: readonly Video[];
  selected?: string | undefined;
  open: (subject: string) => void;
}) {
  return (
    <ul className="rows">
      {videos.map((video) => (
        <RowBoundary key={video.subject} name={video.subject} of={video}>
          <VideoRow video={video} isSelected={video.subject === selected} open={open} />
        </RowBoundary>
      ))}
    </ul>
  );
}

function VideoRow({
  video: { subject, name, startedAt },
  isSelected,
  open,
}: {
  video: Video;
  isSelected: boolean;
  open: (subject: string) => void;
}) {
  const now = useServerNow();
  return (
    <li>
      <button
        type="button"
        className="row"
        aria-current={isSelected ? "true" : undefined}
        onClick={() => open(subject)}
      >
        <PeopleText as="strong">{name}</PeopleText>
        {startedAt !== undefined && <span className="quiet">{momentText(startedAt, now)}</span>}
      </button>
    </li>
  );
}
