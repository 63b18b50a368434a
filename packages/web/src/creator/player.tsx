import "../styles/later.css";
import { useCallboard } from "@callboard/client/react";
import { useEffect, useRef } from "react";
import { CaptionedVideo } from "../ui/captioned-video.tsx";
import { Transcript } from "../ui/transcript.tsx";
import { useCaptions } from "../ui/use-captions.ts";
import type { Video } from "../videos/videos-api.ts";
import { useWords } from "../words/use-words.ts";

/** Plays the video with its captions; without a video its transcript is there to read. */
export function Player({ video, onStale }: { video: Video | undefined; onStale: () => void }) {
  const client = useCallboard();
  const words = useWords().frame.video;
  const captions = useCaptions(video?.captionsUrl);
  const source = useSteadyUrl(video?.videoUrl);
  const refreshed = useRef(0);
  if (!video?.videoUrl && !video?.captionsUrl) return null;

  /** Signed URLs end; a fresh list brings fresh ones. */
  function refresh() {
    if (client.now() - refreshed.current < 30_000) return;
    refreshed.current = client.now();
    source.forget();
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

/** Each list brings URLs signed anew; the one that plays stays until it is forgotten. */
function useSteadyUrl(url: string | undefined): { url: string | undefined; forget: () => void } {
  const kept = useRef<string>(undefined);
  kept.current ??= url;
  useEffect(() => {
    if (url === undefined) kept.current = undefined;
  }, [url]);
  return {
    url: url === undefined ? undefined : kept.current,
    forget() {
      kept.current = undefined;
    },
  };
}
