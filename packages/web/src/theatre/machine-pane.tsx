import { lazy, Suspense, useState } from "react";
import { useFirstWords } from "../words/use-words.ts";
import { statesIn } from "./machine-graph.ts";
import { StateList } from "./state-list.tsx";
import { StepDrawer } from "./step-drawer.tsx";
import type { TheatreState, TheatreStore } from "./theatre-store.ts";

/** The layout code is loaded when it is needed. */
const MachineGraph = lazy(() => import("./machine-graph-view.tsx"));

/**
 * The state machine with the status of its states, as a graph or a list, and the details of the selected
 * state.
 */
export function MachinePane({
  store,
  state: { machine, run },
}: {
  store: TheatreStore;
  state: TheatreState;
}) {
  const { machine: said, panes } = useFirstWords().theatre;
  const [isList, setIsList] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const found = machine && statesIn(machine.graph).find(({ name }) => name === chosen);
  const status = run?.status ?? "none";
  const shared = machine && {
    graph: machine.graph,
    states: run?.states ?? new Map(),
    chosen,
    onChoose: (name: string) => setChosen(name === chosen ? undefined : name),
  };
  return (
    <section className="pane machine-pane" data-pane="machine" aria-labelledby="machine">
      <header className="pane-head">
        <h2 id="machine">{panes.machine.title}</h2>
        <p className="machine-status" data-run={status} role="status">
          <span className="lamp" data-lamp={runLamps[status]} aria-hidden="true" />
          {said.status[status]}
        </p>
        <fieldset className="machine-ways">
          <legend className="visually-hidden">{said.shownAs}</legend>
          {[false, true].map((list) => (
            <button
              key={String(list)}
              type="button"
              className="pane-tab"
              aria-pressed={isList === list}
              onClick={() => setIsList(list)}
            >
              {list ? said.list : said.graph}
            </button>
          ))}
        </fieldset>
      </header>
      {shared === undefined ? (
        <p className="machine-none quiet">{said.none}</p>
      ) : isList ? (
        <StateList {...shared} />
      ) : (
        <Suspense fallback={<div className="machine-graph" />}>
          <MachineGraph {...shared} />
        </Suspense>
      )}
      {found && (
        <StepDrawer
          key={found.name}
          state={found}
          trace={run?.states.get(found.name)}
          run={run}
          store={store}
          onClose={() => setChosen(undefined)}
        />
      )}
    </section>
  );
}

const runLamps = {
  none: "off",
  RUNNING: "busy",
  SUCCEEDED: "go",
  FAILED: "fail",
  TIMED_OUT: "fail",
  ABORTED: "off",
} as const;
