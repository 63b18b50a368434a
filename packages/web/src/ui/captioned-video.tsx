import { useEffect, useRef, useState } from "react";
import { useWords } from "../words/use-words.ts";

interface Props {
  src: string;
  /** Another number loads the same `src` again. */
  attempt?: number;
  /** The captions as WebVTT; undefined while there are none. */
  vtt: string | undefined;
  onError: () => void;
}

/** A video with its captions. After a reload it continues at the same position, playing if it was. */
export function CaptionedVideo({ src, attempt = 0, vtt, onError }: Props) {
  const words = useWords();
  const track = useObjectUrl(vtt, "text/vtt");
  const video = useRef<HTMLVideoElement>(null);
  const load = `${attempt} ${src}`;
  const left = useRef({ load, at: 0, isPlaying: false });

  const first = useRef(attempt);
  useEffect(() => {
    // A new address loads by itself; the same one does not.
    if (attempt !== first.current) video.current?.load();
    first.current = attempt;
  }, [attempt]);

  function goOn() {
    const { current: before } = left;
    if (!video.current || before.load === load) return;
    left.current = { ...before, load };
    if (before.at > 0) video.current.currentTime = before.at;
    // A browser may require a press by the user.
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
        if (left.current.load === load) left.current = { load, at: currentTime, isPlaying: !paused };
      }}
      onError={onError}
    >
      {track !== undefined && (
        <track key={track} kind="captions" src={track} label={words.viewer.captions} default />
      )}
    </video>
  );
}

/** A URL for a text that the page holds; revoked when the text changes. */
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
