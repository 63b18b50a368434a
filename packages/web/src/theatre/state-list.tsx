import { useFirstWords } from "../words/use-words.ts";
import type { FirstWords } from "../words/words.ts";
import { type GraphMachine, type GraphState, statesInOrder } from "./machine-graph.ts";
import type { States, StateTrace } from "./trace.ts";

/** The props of a view of the machine. */
export interface MachineView {
  readonly graph: GraphMachine;
  readonly states: States;
  readonly chosen: string | undefined;
  readonly onChoose: (state: string) => void;
}

/** The states of a machine in execution order, with their status. */
export function StateList({ graph, states, chosen, onChoose }: MachineView) {
  const words = useFirstWords();
  return (
    <ol className="state-list">
      {statesInOrder(graph).map((state, at) => {
        const trace = states.get(state.name);
        return (
          // Branches may hold equal names; the order of a machine stays.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={at}>
            <button
              type="button"
              className="state-row"
              aria-pressed={chosen === state.name}
              data-standing={trace?.standing ?? "to_come"}
              onClick={() => onChoose(state.name)}
            >
              <span className="lamp" data-lamp={lampOf(trace)} aria-hidden="true" />
              <span className="state-name">{state.name}</span>
              <span className="state-standing">{standingText(trace, words)}</span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}

const lamps = {
  running: "busy",
  waiting: "standby",
  done: "go",
  failed: "fail",
  gone_on: "fail",
  stopped: "off",
} as const;

/** The status light of a state. */
export const lampOf = (trace: StateTrace | undefined) => (trace ? lamps[trace.standing] : "off");

/** The status of a state, as text. */
export function standingText(trace: StateTrace | undefined, { theatre: { machine } }: FirstWords): string {
  const standing = machine.standing[trace?.standing ?? "to_come"];
  return trace && trace.entered > 1 ? `${standing} · ${machine.entered(trace.entered)}` : standing;
}

/** The description of a state in one line. */
export function stateText(state: GraphState, trace: StateTrace | undefined, words: FirstWords): string {
  const { retries } = words.theatre.machine;
  const parts = [state.name, state.type, standingText(trace, words), ...(state.retries ? [retries] : [])];
  return parts.join(", ");
}
