/** A definition in the Amazon States Language, as JSON. */
export type Asl = Readonly<Record<string, unknown>>;

/** Why one state follows another. */
export type EdgeKind = "next" | "choice" | "default" | "catch";

/** A transition between two states of the same machine. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
}

/** A state of a machine, or of a branch inside it. */
export interface GraphState {
  readonly name: string;
  readonly type: string;
  /** The resource that a Task calls, shortened: `events:putEvents.waitForTaskToken`. */
  readonly resource: string | undefined;
  /** It waits for an answer from outside. */
  readonly waits: boolean;
  readonly retries: boolean;
  /** It continues normally after a failure. */
  readonly continuesOnError: boolean;
  readonly definition: Asl;
  /** The branches of a Parallel, or the item processor of a Map. */
  readonly branches: readonly GraphMachine[];
}

/** States in the order of the definition, and their transitions. */
export interface GraphMachine {
  readonly start: string | undefined;
  readonly states: readonly GraphState[];
  readonly edges: readonly GraphEdge[];
}

const record = (value: unknown): Asl =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Asl) : {};
const list = (value: unknown): readonly Asl[] => (Array.isArray(value) ? value.map(record) : []);
const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** Reads any definition; invalid parts are left out. */
export function machineGraph(definition: Asl): GraphMachine {
  const all = record(definition.States);
  const edges: GraphEdge[] = [];
  const states = Object.entries(all).map(([name, value]) => stateOf(name, record(value)));
  for (const { name, definition: state } of states) {
    const next = text(state.Next);
    const add = (to: string | undefined, kind: EdgeKind) => {
      const isThere = to !== undefined && Object.hasOwn(all, to);
      if (isThere && !edges.some((one) => one.from === name && one.to === to))
        edges.push({ from: name, to, kind });
    };
    add(next, "next");
    for (const choice of list(state.Choices)) add(text(choice.Next), "choice");
    add(text(state.Default), "default");
    for (const one of list(state.Catch)) add(text(one.Next), "catch");
  }
  const start = text(definition.StartAt);
  return { start: start !== undefined && Object.hasOwn(all, start) ? start : undefined, states, edges };
}

function stateOf(name: string, definition: Asl): GraphState {
  const resource = text(definition.Resource);
  const next = text(definition.Next);
  const item = definition.ItemProcessor ?? definition.Iterator;
  const inner = [...list(definition.Branches), ...(item === undefined ? [] : [record(item)])];
  return {
    name,
    type: text(definition.Type) ?? "?",
    resource: resource?.replace(/^arn:[\w-]+:states:[^:]*:[^:]*:/, ""),
    waits: resource?.endsWith(".waitForTaskToken") ?? false,
    retries: list(definition.Retry).length > 0,
    continuesOnError: next !== undefined && list(definition.Catch).some((one) => one.Next === next),
    definition,
    branches: inner.map(machineGraph),
  };
}

/** All states of a machine, each before the states inside it, in the order of the definition. */
export const statesIn = ({ states }: GraphMachine): GraphState[] =>
  states.flatMap((state) => [state, ...state.branches.flatMap(statesIn)]);

/**
 * All states in the order of an execution without errors, then those that only errors lead to; states of
 * branches follow the state around them.
 */
export function statesInOrder({ start, states, edges }: GraphMachine): GraphState[] {
  const byName = new Map(states.map((state) => [state.name, state]));
  const found = new Set<string>();
  const visit = (first: string | undefined) => {
    const queue = first === undefined ? [] : [first];
    for (const name of queue) {
      if (found.has(name)) continue;
      found.add(name);
      for (const edge of edges) if (edge.from === name && edge.kind !== "catch") queue.push(edge.to);
    }
  };
  visit(start);
  for (const { name } of states) visit(name);
  return [...found].flatMap((name) => {
    const state = byName.get(name)!;
    return [state, ...state.branches.flatMap(statesInOrder)];
  });
}
