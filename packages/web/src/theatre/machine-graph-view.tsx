import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useFirstWords } from "../words/use-words.ts";
import { statesInOrder } from "./machine-graph.ts";
import { breadthOf, HEAD_HEIGHT, MAX_LETTERS, type PlacedEdge, placeMachine } from "./machine-layout.ts";
import { lampOf, type MachineView, stateText } from "./state-list.tsx";
import type { States } from "./trace.ts";

/** The smallest scale at which names are drawn. */
const SMALLEST = 0.86;
/** After the user scrolls, automatic scrolling stops for this long, in milliseconds. */
const OWN_SCROLL_MS = 6_000;

/** A machine as a graph: it scrolls to the running state, and each state can be selected. */
export default function MachineGraphView({ graph, states, chosen, onChoose }: MachineView) {
  const words = useFirstWords();
  const placed = useMemo(() => placeMachine(graph), [graph]);
  const order = useMemo(() => statesInOrder(graph).map(({ name }) => name), [graph]);
  const [focused, setFocused] = useState<string>();
  const port = useRef<HTMLDivElement>(null);
  const { scale, room } = useScale(port, placed.width);
  const active = activeOf(states);
  useFollowed(port, active ?? graph.start, room);
  const entry = focused ?? chosen ?? active ?? order[0];

  const keyDown = (event: KeyboardEvent, name: string) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (event.key === "Enter" || event.key === " ") onChoose(name);
    else if (step !== undefined) focusOn(order[order.indexOf(name) + step]);
    else if (event.key === "Home") focusOn(order[0]);
    else if (event.key === "End") focusOn(order.at(-1));
    else return;
    event.preventDefault();
  };
  const focusOn = (name: string | undefined) => {
    if (name === undefined) return;
    setFocused(name);
    nodeIn(port.current, name)?.focus();
  };

  return (
    <div className="machine-graph" ref={port}>
      <p id="graph-hint" className="visually-hidden">
        {words.theatre.machine.hint}
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is not a picture */}
      <svg
        role="group"
        aria-label={words.theatre.panes.machine.title}
        aria-describedby="graph-hint"
        width={placed.width * scale}
        height={placed.height * scale}
        viewBox={`0 0 ${placed.width} ${placed.height}`}
      >
        {placed.edges.map((edge) => (
          <path
            key={`${edge.from} ${edge.to} ${edge.kind}`}
            className="edge"
            data-kind={edge.kind}
            data-gone={isGone(edge, states)}
            data-near={chosen !== undefined && [edge.from, edge.to].some((id) => lastOf(id) === chosen)}
            d={pathOf(edge)}
          />
        ))}
        {placed.states.map(({ id, state, x, y, width, height }) => {
          const trace = states.get(state.name);
          const isGroup = state.branches.length > 0;
          return (
            // biome-ignore lint/a11y/useSemanticElements: there are no buttons in SVG
            <g
              key={id}
              role="button"
              // The renderer writes attribute names in SVG unchanged, and this one is lower case there.
              ref={(node) => node?.setAttribute("tabindex", state.name === entry ? "0" : "-1")}
              className="node"
              aria-label={stateText(state, trace, words)}
              aria-pressed={state.name === chosen}
              data-state={state.name}
              data-standing={trace?.standing ?? "to_come"}
              data-group={isGroup}
              transform={`translate(${x} ${y})`}
              onClick={() => onChoose(state.name)}
              onFocus={() => setFocused(state.name)}
              onKeyDown={(event) => keyDown(event, state.name)}
            >
              <rect className="node-box" width={width} height={height} rx={7} />
              {isGroup && <rect className="node-head" width={width} height={HEAD_HEIGHT} rx={7} />}
              <Lamp lamp={lampOf(trace)} />
              <text className="node-name" x={28} y={18.5}>
                {cut(state.name)}
              </text>
              {state.retries && (
                <text className="node-retry" x={width - 8} y={18.5}>
                  ↻
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </div>
  );
}

/** A status light; its shape shows the same as its color. */
function Lamp({ lamp }: { lamp: ReturnType<typeof lampOf> }) {
  return (
    <g className="node-lamp" data-lamp={lamp} transform="translate(15 14)">
      {lamp === "standby" && <circle className="node-pulse" r={5} />}
      {lamp === "fail" ? <path d="M0 -6 L6 0 L0 6 L-6 0 Z" /> : <circle r={5} />}
      {lamp === "busy" && <circle className="node-core" r={2} />}
    </g>
  );
}

function cut(name: string): string {
  if (breadthOf(name) <= MAX_LETTERS) return name;
  let text = "";
  for (const letter of name) {
    if (breadthOf(text + letter) > MAX_LETTERS - 1) break;
    text += letter;
  }
  return `${text}…`;
}

/** Whether an execution went this way, as far as visible: both states were entered. */
function isGone({ from, to, kind }: PlacedEdge, states: States): boolean {
  const [a, b] = [from, to].map((id) => states.get(lastOf(id)));
  const left = a && (a.standing === "done" || a.standing === "gone_on" || a.entered > 1);
  return kind !== "catch" && left === true && b !== undefined;
}

/** A state's name, from its id. */
const lastOf = (id: string): string => id.replace(/^(\d+\.\d+\/)+/, "");

/** A vertical path with round corners. */
function pathOf({ points }: PlacedEdge): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const parts = rest.map((point, at) => {
    const next = rest[at + 1];
    if (!next) return `L ${point.x} ${point.y}`;
    return `Q ${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`;
  });
  return `M ${first.x} ${first.y} ${parts.join(" ")}`;
}

/** The running state with the latest event, or the one with the latest event of all. */
function activeOf(states: States): string | undefined {
  const all = [...states].sort(([, a], [, b]) => b.at - a.at);
  const live = all.find(([, { standing }]) => standing === "waiting" || standing === "running");
  return (live ?? all[0])?.[0];
}

const nodeIn = (port: HTMLElement | null, name: string) =>
  [...(port?.querySelectorAll<SVGGElement>("[data-state]") ?? [])].find((one) => one.dataset.state === name);

/** The largest scale that fits the width, within bounds. */
function useScale(port: { current: HTMLDivElement | null }, width: number) {
  const [sight, setSight] = useState({ scale: 1, room: "" });
  useLayoutEffect(() => {
    const element = port.current;
    if (!element) return;
    const measure = () => {
      const { clientWidth, clientHeight } = element;
      const scale = Math.min(1.1, Math.max(SMALLEST, (clientWidth - 24) / Math.max(width, 1)));
      setSight({ scale, room: `${clientWidth} ${clientHeight} ${width}` });
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [port, width]);
  return sight;
}

/** Scrolls to the running state, unless the user has scrolled a moment ago. */
function useFollowed(
  port: { current: HTMLDivElement | null },
  active: string | undefined,
  room: string,
): void {
  const own = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const element = port.current;
    const scrolls = () => {
      own.current = performance.now();
    };
    for (const type of ["wheel", "pointerdown", "keydown"])
      element?.addEventListener(type, scrolls, { passive: true });
    return () => {
      for (const type of ["wheel", "pointerdown", "keydown"]) element?.removeEventListener(type, scrolls);
    };
  }, [port]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: in a room of another size its position differs
  useEffect(() => {
    const element = port.current;
    const node = active === undefined ? undefined : nodeIn(element, active);
    if (!element || !node || performance.now() - own.current < OWN_SCROLL_MS) return;
    const [place, view] = [node.getBoundingClientRect(), element.getBoundingClientRect()];
    const isStill = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollBy({
      left: place.left + place.width / 2 - (view.left + view.width / 2),
      top: place.top - (view.top + view.height * 0.4),
      behavior: isStill ? "auto" : "smooth",
    });
  }, [port, active, room]);
}
