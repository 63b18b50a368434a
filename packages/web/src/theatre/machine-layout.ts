import { Graph, layout } from "@dagrejs/dagre";
import type { EdgeKind, GraphEdge, GraphMachine, GraphState } from "./machine-graph.ts";

/** A state with its position, in units of the drawing; x and y are its upper left corner. */
export interface PlacedState {
  /** The state's name, with those of the states around it: equal names in two branches differ. */
  readonly id: string;
  readonly state: GraphState;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A transition with its path: the first point is on the border of its source, the last on that of its target.
 */
export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  readonly points: readonly Point[];
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A machine with its layout; states come before those inside them. */
export interface PlacedMachine {
  readonly width: number;
  readonly height: number;
  readonly states: readonly PlacedState[];
  readonly edges: readonly PlacedEdge[];
}

const NODE_HEIGHT = 28;
/** The height of the head above a state's branches. */
export const HEAD_HEIGHT = 30;
/** The most letters of a name that fit. */
export const MAX_LETTERS = 26;
const LETTER_WIDTH = 7.6;
/** The width of the mark for a state with retries. */
const MARK_WIDTH = 14;
const PADDING = 12;
const GAP = 12;

/**
 * Places a machine from top to bottom. The inside of a state is placed separately, so that nothing overlaps
 * it.
 */
export function placeMachine(machine: GraphMachine, path = ""): PlacedMachine {
  const inner = new Map(
    machine.states.map((state, at) => [
      state.name,
      state.branches.map((branch, n) => placeMachine(branch, `${path}${at}.${n}/`)),
    ]),
  );
  const graph = new Graph();
  graph.setGraph({ rankdir: "TB", nodesep: GAP, ranksep: 20, edgesep: 8, marginx: 4, marginy: 4 });
  graph.setDefaultEdgeLabel(() => ({}));
  // By number: a state's name may collide with a property of a library object.
  const keys = new Map(machine.states.map(({ name }, at) => [name, `s${at}`]));
  const keyOf = (name: string) => keys.get(name)!;
  for (const state of machine.states) graph.setNode(keyOf(state.name), sizeOf(state, inner.get(state.name)!));
  const places = placingEdges(machine);
  for (const { from, to, kind } of places)
    graph.setEdge(keyOf(from), keyOf(to), { weight: kind === "next" ? 4 : 1 });
  layout(graph);

  const states = machine.states.flatMap((state) => {
    const { x, y, width, height } = graph.node(keyOf(state.name)) as Required<Box>;
    const left = x - width / 2;
    const top = y - height / 2;
    const placed = { id: `${path}${state.name}`, state, x: left, y: top, width, height };
    return [placed, ...moved(inner.get(state.name)!, left + PADDING, top + HEAD_HEIGHT).states];
  });
  const edges = machine.states.flatMap((state) => {
    const { x, y, width, height } = graph.node(keyOf(state.name)) as Required<Box>;
    return moved(inner.get(state.name)!, x - width / 2 + PADDING, y - height / 2 + HEAD_HEIGHT).edges;
  });
  for (const edge of machine.edges) {
    const { from, to, kind } = edge;
    const points = places.has(edge)
      ? (graph.edge(keyOf(from), keyOf(to)) as { points: Point[] }).points
      : aside(graph.node(keyOf(from)) as Box, graph.node(keyOf(to)) as Box);
    edges.push({ from: `${path}${from}`, to: `${path}${to}`, kind, points });
  }
  const { width = 0, height = 0 } = graph.graph() as Partial<Box>;
  return { width: Math.max(width, 0) || 0, height: Math.max(height, 0) || 0, states, edges };
}

/** The transitions that decide the layout: those of errors only for states that nothing else leads to. */
function placingEdges({ start, edges }: GraphMachine): ReadonlySet<GraphEdge> {
  const found = new Set(edges.filter(({ kind }) => kind !== "catch"));
  const isLedTo = new Set([start, ...[...found].map(({ to }) => to)]);
  for (const edge of edges)
    if (!isLedTo.has(edge.to)) {
      found.add(edge);
      isLedTo.add(edge.to);
    }
  return found;
}

/** A path from the side of one box to the side of another, around the boxes between them. */
function aside(from: Box, to: Box): Point[] {
  const right = Math.max(from.x + from.width / 2, to.x + to.width / 2);
  return [
    { x: from.x + from.width / 2, y: from.y },
    { x: right + GAP, y: (from.y + to.y) / 2 },
    { x: to.x + to.width / 2, y: to.y },
  ];
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The width of a name in Latin letters. */
export const breadthOf = (name: string): number =>
  [...name].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 1.8 : 1), 0);

/** The size of a state: that of its name, or of its branches side by side. */
function sizeOf(
  { name, retries }: GraphState,
  inner: readonly PlacedMachine[],
): { width: number; height: number } {
  const width = 38 + Math.min(breadthOf(name), MAX_LETTERS) * LETTER_WIDTH + (retries ? MARK_WIDTH : 0);
  if (inner.length === 0) return { width, height: NODE_HEIGHT };
  const wide = inner.reduce((sum, one) => sum + one.width, GAP * (inner.length - 1));
  const high = Math.max(...inner.map(({ height }) => height));
  return { width: Math.max(width, wide + 2 * PADDING), height: HEAD_HEIGHT + high + PADDING };
}

/** Branches side by side, starting at a point. */
function moved(inner: readonly PlacedMachine[], left: number, top: number) {
  const states: PlacedState[] = [];
  const edges: PlacedEdge[] = [];
  let x = left;
  for (const branch of inner) {
    const by = x;
    for (const one of branch.states) states.push({ ...one, x: one.x + by, y: one.y + top });
    for (const one of branch.edges)
      edges.push({ ...one, points: one.points.map((point) => ({ x: point.x + by, y: point.y + top })) });
    x += branch.width + GAP;
  }
  return { states, edges };
}
