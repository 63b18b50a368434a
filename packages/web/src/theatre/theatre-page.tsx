import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { LanguageSwitch } from "../ui/language-switch.tsx";
import { useFirstWords } from "../words/use-words.ts";
import type { FirstWords } from "../words/words.ts";
import { BreakPanel, BreakReport, type BreakTry, newsText } from "./break-panel.tsx";
import { type BreakName, breaks } from "./breaks.ts";
import { CounterList } from "./counter-list.tsx";
import { MachinePane } from "./machine-pane.tsx";
import { StageFrame } from "./stage-frame.tsx";
import { frameNames, type Run, type TheatreStore } from "./theatre-store.ts";
import { useTravels } from "./use-travels.ts";

const panes = ["creator", "machine", "viewer"] as const;
type Pane = (typeof panes)[number];

/** The first page of one machine: two pages, the state machine between them, and ways to break everything. */
export function TheatrePage({
  store,
  mayKill,
  isWanted,
}: {
  store: TheatreStore;
  mayKill: boolean;
  /** A run was requested before the page could start one. */
  isWanted: boolean;
}) {
  const words = useFirstWords();
  const { title, run, runAgain, starting, notStarted, panes: paneWords, server } = words.theatre;
  const state = useSyncExternalStore(store.follow, () => store.state);
  const [shown, setShown] = useState<Pane>("creator");
  const [start, setStart] = useState<"ready" | "starting" | "failed">("ready");
  const [attempt, setAttempt] = useState<BreakTry>();
  const place = useRef<HTMLElement>(null);
  useTravels(store, place);

  const begin = async () => {
    setStart("starting");
    setAttempt(undefined);
    const begun = await store.run({ lang: words.lang }).catch(() => undefined);
    setStart(begun ? "ready" : "failed");
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: it was asked for once
  useEffect(() => {
    if (isWanted) void begin();
  }, [isWanted]);
  const tryToBreak = async (name: BreakName) => {
    const say = (news: BreakTry["news"]) => setAttempt({ name, news, isOver: false });
    const news = await breaks[name](store, say, words.lang).catch(() => ({ kind: "failed" as const }));
    setAttempt({ name, news, isOver: true });
  };
  const isTrying = attempt !== undefined && !attempt.isOver;

  return (
    <>
      <button type="button" className="skip-link" onClick={() => place.current?.focus()}>
        {paneWords.choose}
      </button>
      <header className="bar">
        <p className="brand">Callboard</p>
        <div className="bar-end">
          <CounterList state={state} />
          <a href="./mail.html">{paneWords.mail}</a>
          <a className="bar-more" href="./plugins.html">
            {paneWords.plugins}
          </a>
          <a className="bar-more" href="./docs/" hrefLang="en">
            {paneWords.docs}
          </a>
          <LanguageSwitch />
        </div>
      </header>
      <main className="theatre" ref={place} tabIndex={-1} data-shown={shown} data-up={state.isUp}>
        <section className="act">
          <h1>{title}</h1>
          <button
            type="button"
            className="button primary run"
            aria-disabled={start === "starting" || isTrying}
            onClick={() => start !== "starting" && !isTrying && void begin()}
          >
            {start === "starting" ? starting : state.run ? runAgain : run}
          </button>
          <BreakPanel mayKill={mayKill} attempt={attempt} onTry={(name) => void tryToBreak(name)} />
          {attempt ? <BreakReport attempt={attempt} /> : <p className="lead">{leadText(state.run, words)}</p>}
          <p className="visually-hidden" role="status">
            {attempt && newsText(attempt.news, words)}
          </p>
          <p className="act-problem" role="alert">
            {start === "failed" ? notStarted : state.isUp || isTrying ? "" : server.down}
          </p>
        </section>
        <fieldset className="pane-tabs">
          <legend className="visually-hidden">{paneWords.choose}</legend>
          {panes.map((name) => (
            <button
              key={name}
              type="button"
              className="pane-tab"
              aria-pressed={shown === name}
              onClick={() => setShown(name)}
            >
              {paneWords[name].tab}
            </button>
          ))}
        </fieldset>
        {frameNames.map((name) => (
          <StageFrame key={name} name={name} store={store} subject={state.run?.subject} />
        ))}
        <MachinePane store={store} state={state} />
      </main>
    </>
  );
}

/** What to do next. */
function leadText(run: Run | undefined, { theatre: { lead, leadRunning, leadOver } }: FirstWords): string {
  if (run === undefined) return lead;
  return run.status === "RUNNING" ? leadRunning : leadOver;
}
