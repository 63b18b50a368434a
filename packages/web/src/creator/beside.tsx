import type { Items } from "@callboard/client/headless";
import { Facts } from "../facts/facts.tsx";
import { RowBoundary } from "../ui/error-boundary.tsx";
import type { Video } from "../videos/videos-api.ts";
import { Player } from "./player.tsx";

/** What is shown next to a question and the progress: the video, and the subject's facts. */
export function Beside({
  video,
  items,
  onStale,
}: {
  video: Video | undefined;
  items: Items;
  onStale: () => void;
}) {
  return (
    <>
      <RowBoundary name="video" of={video} as="p">
        <Player video={video} onStale={onStale} />
      </RowBoundary>
      <Facts items={items} />
    </>
  );
}
