import { useEffect, useRef, useState } from "react";
import { useWords } from "../words/use-words.ts";

interface Props {
  src: string;
  /** What is said in it, as WebVTT; undefined as long as there is nothing. */
  vtt: string | undefined;
  onError: () => void;
}

/** A video with its captions. Under another `src` it goes on where it was, playing if it did. */
export function CaptionedVideo({ src, vtt, onError }: Props) {
  const words = useWords();
  const track = useObjectUrl(vtt, "text/vtt");
  const video = useRef<HTMLVideoElement>(null);
  const left = useRef({ src, at: 0, isPlaying: false });

  function goOn() {
    const { current: before } = left;
    if (!video.current || before.src === src) return;
    left.current = { ...before, src };
    if (before.at > 0) video.current.currentTime = before.at;
    // A browser may want somebody to press it themselves.
    if (before.isPlaying) video.current.play().catch(() => {});
  }

  return (
    // biome-ignore lint/a11y/useMediaCaption: the captions are a track as soon as they are loaded
    <video
      ref={video}
      controls
      playsInline
      preload="metadata"
      src={src}
      onLoadedMetadata={goOn}
      onTimeUpdate={({ currentTarget: { currentTime, paused } }) => {
        if (left.current.src === src) left.current = { src, at: currentTime, isPlaying: !paused };
      }}
      onError={onError}
    >
      {track !== undefined && (
        <track key={track} kind="captions" src={track} label={words.viewer.captions} default />
      )}
    </video>
  );
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
