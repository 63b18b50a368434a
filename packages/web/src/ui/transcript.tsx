import { useMemo } from "react";
import { paragraphsOf } from "../model/captions.ts";
import { timecode } from "../model/time.ts";
import type { Captions } from "./use-captions.ts";

/** What is said, as text with times. */
export function Transcript({ captions, open }: { captions: Captions; open: boolean }) {
  const paragraphs = useMemo(() => paragraphsOf(captions.cues), [captions.cues]);
  if (captions.state === "none") return null;
  if (captions.state === "loading") return <p className="quiet">Loading the captions…</p>;
  if (captions.state === "failed") return <p className="problem">The captions could not be loaded.</p>;
  if (paragraphs.length === 0) return <p className="quiet">There are no captions to read in it.</p>;
  const text = (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable by keyboard
    <section className="transcript" aria-label="What is said" tabIndex={0}>
      {paragraphs.map((paragraph) => (
        <p key={paragraph.startMs}>
          <span className="timecode">{timecode(paragraph.startMs)}</span> {paragraph.text}
        </p>
      ))}
    </section>
  );
  if (open) return text;
  return (
    <details>
      <summary>Read the transcript</summary>
      {text}
    </details>
  );
}
