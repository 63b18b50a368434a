import "../styles/later.css";
import { useCallboard } from "@callboard/client/react";
import { useRef } from "react";
import { CaptionedVideo } from "../ui/captioned-video.tsx";
import { Transcript } from "../ui/transcript.tsx";
import { useCaptions } from "../ui/use-captions.ts";
import type { Video } from "../videos/videos-api.ts";
import { useWords } from "../words/use-words.ts";

/** Plays the video with its captions; without a video it shows the transcript. */
export function Player({ video, onStale }: { video: Video | undefined; onStale: () => void }) {
  const client = useCallboard();
  const words = useWords().frame.video;
  const captions = useCaptions(video?.captionsUrl);
  const source = useSteadyUrl(video?.videoUrl);
  const refreshed = useRef(0);
  if (!video?.videoUrl && !video?.captionsUrl) return null;

  /** Signed URLs expire; a fresh list has fresh ones. */
  function refresh() {
    if (client.now() - refreshed.current < 30_000) return;
    refreshed.current = client.now();
    source.forsake();
    onStale();
  }

  return (
    <section className="card player" aria-labelledby="player-heading">
      <h2 id="player-heading">{source.url === undefined ? words.transcript : words.heading}</h2>
      {source.url !== undefined && <CaptionedVideo src={source.url} vtt={captions.vtt} onError={refresh} />}
      <Transcript captions={captions} open={source.url === undefined} />
    </section>
  );
}

/** Each list has newly signed URLs; the playing one stays until it failed and another has come. */
function useSteadyUrl(url: string | undefined): { url: string | undefined; forsake: () => void } {
  const kept = useRef<string>(undefined);
  const forsaken = useRef<string>(undefined);
  const isOfUse = kept.current !== undefined && kept.current !== forsaken.current;
  if (url === undefined || !isOfUse) kept.current = url;
  return {
    url: kept.current,
    forsake() {
      forsaken.current = kept.current;
    },
  };
}
