import { useEffect, useRef, useState } from "react";
import { fragmentOf } from "../session/link.ts";
import { useFirstWords } from "../words/use-words.ts";
import { type FrameName, people, type TheatreStore } from "./theatre-store.ts";

interface Props {
  readonly name: FrameName;
  readonly store: TheatreStore;
  /** The subject of the shown run; the page is sent there. */
  readonly subject: string | undefined;
}

const AGAIN_MS = 1_000;

/** A person's unchanged page, in a frame. */
export function StageFrame({ name, store, subject }: Props) {
  const { panes } = useFirstWords().theatre;
  const [source, setSource] = useState<string>();
  const frame = useRef<HTMLIFrameElement>(null);
  const first = useRef(subject);

  useEffect(() => {
    let later: ReturnType<typeof setTimeout>;
    const ask = async () => {
      try {
        const token = await store.api.token(people[name], name);
        const video = first.current === undefined ? "" : `&video=${first.current.replace("video/", "")}`;
        setSource(`./${name}.html?stage#token=${token}${video}`);
      } catch {
        later = setTimeout(() => void ask(), AGAIN_MS);
      }
    };
    void ask();
    return () => clearTimeout(later);
  }, [name, store]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the frame is there once it has an address
  useEffect(() => {
    store.setFrame(name, frame.current);
    return () => store.setFrame(name, null);
  }, [name, store, source]);

  useEffect(() => {
    const page = frame.current?.contentWindow;
    if (!page || subject === undefined || subject === first.current) return;
    first.current = subject;
    page.location.hash = fragmentOf({ subject });
  }, [subject]);

  return (
    <section className="pane frame-pane" data-pane={name} aria-label={panes[name].title}>
      <header className="pane-head">
        <h2>{panes[name].title}</h2>
        <a
          className="pane-alone"
          href={`./${name}.html${fragmentOf({ subject })}`}
          target="_blank"
          rel="noreferrer"
        >
          {panes.alone}
        </a>
      </header>
      {source && <iframe ref={frame} className="stage-frame" title={panes[name].title} src={source} />}
    </section>
  );
}
