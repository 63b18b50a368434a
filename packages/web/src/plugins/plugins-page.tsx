import { type Hook, hooks } from "@callboard/protocol";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { LocalBar } from "../ui/local-bar.tsx";
import { PeopleText } from "../ui/people-text.tsx";
import { useFirstWords } from "../words/use-words.ts";
import type { Plugin, PluginsApi, Trial } from "./plugins-api.ts";
import { TrialView } from "./trial-view.tsx";

/** Tries this machine's plugins: the form is at the left, the results are at the right. */
export function PluginsPage({ api }: { api: PluginsApi }) {
  const words = useFirstWords();
  const { plugins: texts, theatre } = words;
  const [known, setKnown] = useState<readonly Plugin[]>([]);
  const [turn, setTurn] = useState("");
  const [hook, setHook] = useState("");
  const [recording, setRecording] = useState("");
  const [trials, setTrials] = useState<readonly Trial[]>();
  const [isTrying, setTrying] = useState(false);
  /** Empty when the machine does not answer. */
  const [problem, setProblem] = useState<string>();
  const place = useRef<HTMLElement>(null);
  const chosen = known.find((plugin) => turnOf(plugin) === turn) ?? known[0];

  useEffect(() => {
    api.list().then(
      (told) => {
        setKnown(told.plugins);
        setRecording(JSON.stringify(told.recording, null, 2));
      },
      (cause: Error) => setProblem(cause.message),
    );
  }, [api]);

  const told = objectIn(recording);
  async function attempt(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!chosen || !told || isTrying) return;
    setTrying(true);
    setProblem(undefined);
    try {
      const made: Trial[] = [];
      for (const one of hook === "all" ? hooks : [hook === "" ? undefined : (hook as Hook)]) {
        made.push(await api.attempt({ plugin: turnOf(chosen), hook: one, recording: told }));
        setTrials([...made]);
      }
    } catch (cause) {
      setProblem((cause as Error).message);
    }
    setTrying(false);
  }

  return (
    <>
      <LocalBar heading={texts.heading} place={place} />
      <main className="plugins" ref={place} tabIndex={-1}>
        <form className="plugins-form" onSubmit={(event) => void attempt(event)}>
          <h1>{texts.title}</h1>
          <p className="lead">{texts.lead}</p>
          <div className="field">
            <label htmlFor="plugin">{texts.plugin}</label>
            <select
              id="plugin"
              value={chosen ? turnOf(chosen) : ""}
              onChange={(event) => setTurn(event.target.value)}
            >
              {known.map(turnOf).map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </div>
          <div className="field">
            <label htmlFor="hook">{texts.hook}</label>
            <select id="hook" value={hook} onChange={(event) => setHook(event.target.value)}>
              <option value="">{chosen ? texts.asRegistered(chosen.hook) : ""}</option>
              {hooks.map((one) => (
                <option key={one}>{one}</option>
              ))}
              <option value="all">{texts.all}</option>
            </select>
          </div>
          <div className="field">
            <label htmlFor="recording">{texts.recording}</label>
            <p className="quiet hint" id="recording-hint">
              {texts.recordingHint}
            </p>
            <textarea
              id="recording"
              className="plugins-recording"
              rows={12}
              spellCheck={false}
              translate="no"
              value={recording}
              aria-invalid={recording !== "" && !told}
              aria-describedby="recording-hint recording-problem"
              onChange={(event) => setRecording(event.target.value)}
            />
            <p className="problem" id="recording-problem">
              {recording !== "" && !told ? texts.notJson : ""}
            </p>
          </div>
          <div className="actions">
            <button type="submit" className="button primary" aria-disabled={isTrying || !chosen || !told}>
              {isTrying ? texts.trying : texts.tryIt}
            </button>
          </div>
          <p role="alert" className="problem">
            {problem !== undefined &&
              (problem === "" ? theatre.server.down : <PeopleText>{problem}</PeopleText>)}
          </p>
          <p className="quiet hint">{texts.own}</p>
        </form>
        <section className="plugins-results" aria-labelledby="results">
          <h2 id="results">{texts.results}</h2>
          <p role="status" className={trials ? "visually-hidden" : "quiet"}>
            {trials
              ? trials.map(({ hook: at, verdict }) => `${at}: ${texts.verdicts[verdict]}`).join(" ")
              : texts.noResults}
          </p>
          {trials?.map((trial) => (
            <TrialView key={trial.hook} trial={trial} />
          ))}
        </section>
      </main>
    </>
  );
}

/** The JSON object in a typed text, if it is one. */
function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A unique key: one plugin may be registered at several hooks. */
const turnOf = ({ hook, name }: Plugin): string => `${hook}.${name}`;
