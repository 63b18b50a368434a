import type { Subject } from "@callboard/protocol";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useFirstWords } from "../words/use-words.ts";
import { hookOf } from "./hook-line.ts";
import type { GraphState } from "./machine-graph.ts";
import { standingText } from "./state-list.tsx";
import type { PutEntry } from "./theatre-api.ts";
import type { Run, TheatreStore } from "./theatre-store.ts";
import type { StateTrace } from "./trace.ts";

const tabs = ["event", "asl", "hook"] as const;
type Tab = (typeof tabs)[number];

interface Props {
  readonly state: GraphState;
  readonly trace: StateTrace | undefined;
  readonly run: Run | undefined;
  readonly store: TheatreStore;
  readonly onClose: () => void;
}

/** The details of a state: its event, its definition, and the hook that shows its data; all can be copied. */
export function StepDrawer({ state, trace, run, store, onClose }: Props) {
  const words = useFirstWords();
  const { step } = words.theatre;
  const [tab, setTab] = useState<Tab>("event");
  const heading = useRef<HTMLHeadingElement>(null);
  const entries = useEntries(state, trace, run, store);
  useEffect(() => heading.current?.focus(), []);

  const keyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") return onClose();
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    const next = tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length]!;
    setTab(next);
    document.getElementById(`step-tab-${next}`)?.focus();
  };
  const text =
    tab === "asl"
      ? JSON.stringify({ [state.name]: state.definition }, null, 2)
      : tab === "hook"
        ? hookOf(state, run?.subject, run && requestIdOf(store, run.subject))
        : entries === undefined || entries.length === 0
          ? undefined
          : JSON.stringify(entries.length === 1 ? entries[0] : entries, null, 2);
  const isEvent = state.resource?.startsWith("events:") ?? false;
  const none = !isEvent ? step.noEvent : trace?.scheduled === undefined ? step.noEventYet : step.loading;

  return (
    <section className="step-drawer" aria-labelledby="step-name" data-drawer={state.name}>
      <header className="drawer-head">
        <div>
          <h3 id="step-name" ref={heading} tabIndex={-1}>
            {state.name}
          </h3>
          <p className="quiet">
            {state.resource ?? state.type} · {standingText(trace, words)}
          </p>
        </div>
        <button type="button" className="button plain" onClick={onClose}>
          {step.close}
        </button>
      </header>
      <div className="drawer-tabs" role="tablist" aria-label={step.parts}>
        {tabs.map((one) => (
          <button
            key={one}
            id={`step-tab-${one}`}
            type="button"
            role="tab"
            className="pane-tab"
            aria-selected={tab === one}
            aria-controls="step-panel"
            tabIndex={tab === one ? 0 : -1}
            onClick={() => setTab(one)}
            onKeyDown={keyDown}
          >
            {step[one]}
          </button>
        ))}
      </div>
      <div className="drawer-panel" id="step-panel" role="tabpanel" aria-labelledby={`step-tab-${tab}`}>
        {text === undefined ? (
          <p className="quiet">{none}</p>
        ) : (
          <>
            <CopyButton key={text} text={text} />
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
            <pre tabIndex={0} dir="ltr">
              {text}
            </pre>
            {tab === "event" && state.waits && <p className="quiet hint">{step.tokenLeftOut}</p>}
            {tab === "hook" && run === undefined && <p className="quiet hint">{step.noRun}</p>}
          </>
        )}
      </div>
    </section>
  );
}

function CopyButton({ text }: { text: string }) {
  const { step } = useFirstWords().theatre;
  const [said, setSaid] = useState<"copy" | "copied" | "notCopied">("copy");
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setSaid("copied"),
      () => setSaid("notCopied"),
    );
  return (
    <button type="button" className="button copy" onClick={() => void copy()}>
      <span aria-live="polite">{step[said]}</span>
    </button>
  );
}

/** The event that the state put on the bus when it was last entered; undefined while loading. */
function useEntries(
  state: GraphState,
  trace: StateTrace | undefined,
  run: Run | undefined,
  store: TheatreStore,
) {
  const [entries, setEntries] = useState<readonly PutEntry[]>();
  const scheduled = trace?.scheduled;
  const arn = run?.executionArn;
  useEffect(() => {
    setEntries(undefined);
    if (scheduled === undefined || arn === undefined || !state.resource?.startsWith("events:")) return;
    let isOver = false;
    store.api.entries(arn, scheduled).then(
      (read) => {
        if (!isOver) setEntries(read);
      },
      () => {},
    );
    return () => {
      isOver = true;
    };
  }, [state, scheduled, arn, store]);
  return entries;
}

/** The newest question of the run. */
function requestIdOf(store: TheatreStore, subject: string): string | undefined {
  const items = store.clientOf("creator")?.channel(`work:${subject as Subject}`).items;
  const asked = [...(items?.values() ?? [])].filter(({ key }) => key.startsWith("request/"));
  return asked.sort((a, b) => b.at - a.at)[0]?.key.slice("request/".length);
}
