import { useCallboard } from "@callboard/client/react";
import { useEffect, useRef, useState } from "react";
import type { Video } from "../videos/videos-api.ts";
import { Transcript } from "./transcript.tsx";
import { useCaptions } from "./use-captions.ts";

/** Plays the video with its captions; without a video its transcript is there to read. */
export function Player({ video, onStale }: { video: Video | undefined; onStale: () => void }) {
  const client = useCallboard();
  const captions = useCaptions(video?.captionsUrl);
  const trackUrl = useObjectUrl(captions.vtt, "text/vtt");
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
      <h2 id="player-heading">{source.url === undefined ? "Transcript" : "The video"}</h2>
      {source.url !== undefined && (
        // biome-ignore lint/a11y/useMediaCaption: the captions are a track as soon as they are loaded
        <video key={source.url} controls preload="metadata" src={source.url} onError={refresh}>
          {trackUrl !== undefined && (
            <track key={trackUrl} kind="captions" src={trackUrl} label="Captions" srcLang="en" default />
          )}
        </video>
      )}
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

/** A URL of a text that the page holds itself; given back when the text changes. */
function useObjectUrl(text: string | undefined, mediaType: string): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (text === undefined) return setUrl(undefined);
    const made = URL.createObjectURL(new Blob([text], { type: mediaType }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [text, mediaType]);
  return url;
}
