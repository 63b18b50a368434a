import { useMemo } from "react";
import { paragraphsOf } from "../model/captions.ts";
import { timecode } from "../model/time.ts";
import { PeopleText } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";
import type { Captions } from "./use-captions.ts";

/** The transcript, as text with times. */
export function Transcript({ captions, open }: { captions: Captions; open: boolean }) {
  const words = useWords().frame.video;
  const paragraphs = useMemo(() => paragraphsOf(captions.cues), [captions.cues]);
  if (captions.state === "none") return null;
  if (captions.state === "loading") return <p className="quiet">{words.loading}</p>;
  if (captions.state === "failed") return <p className="problem">{words.failed}</p>;
  if (paragraphs.length === 0) return <p className="quiet">{words.empty}</p>;
  const text = (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable by keyboard
    <section className="transcript" aria-label={words.said} tabIndex={0}>
      {paragraphs.map((paragraph) => (
        <p key={paragraph.startMs}>
          <span className="timecode">{timecode(paragraph.startMs)}</span>{" "}
          <PeopleText>{paragraph.text}</PeopleText>
        </p>
      ))}
    </section>
  );
  if (open) return text;
  return (
    <details>
      <summary>{words.read}</summary>
      {text}
    </details>
  );
}
