import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Asl, machineGraph, statesIn, statesInOrder } from "./machine-graph.ts";
import { type PlacedMachine, type PlacedState, placeMachine } from "./machine-layout.ts";

const root = join(import.meta.dirname, "../../../..");
const own = JSON.parse(readFileSync(join(root, "packages/video/post-processing.asl.json"), "utf8")) as Asl;

/** Real machines and recorded ones, where they are beside the project. */
function machinesBeside(): [id: string, definition: Asl][] {
  const folder = ["..", "../.."].map((up) => join(root, up, "shared/conformance")).find(existsSync);
  if (!folder) return [];
  const read = (file: string) => JSON.parse(readFileSync(join(folder, file), "utf8"));
  const list = (file: string): { id: string; definition: unknown }[] => {
    const json = read(file);
    return Array.isArray(json) ? json : (json.machines ?? Object.values(json));
  };
  return [...list("machines.json"), ...list("executions.json")].map(({ id, definition }) => [
    id,
    (typeof definition === "string" ? JSON.parse(definition) : definition) as Asl,
  ]);
}

const task = (more: object = {}): object => ({ Type: "Task", Resource: "arn:aws:states:::x", ...more });

const touches = (a: PlacedState, b: PlacedState) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const holds = (a: PlacedState, b: PlacedState) =>
  a.x <= b.x && a.y <= b.y && a.x + a.width >= b.x + b.width && a.y + a.height >= b.y + b.height;

/** Pairs of states that lie over each other, though neither is within the other. */
function overlaps({ states }: PlacedMachine): string[] {
  return states.flatMap((a, at) =>
    states
      .slice(at + 1)
      .filter((b) => touches(a, b) && !(a.state.branches.length > 0 && holds(a, b)))
      .map((b) => `${a.id} and ${b.id}`),
  );
}

function expectWhole(definition: Asl) {
  const machine = machineGraph(definition);
  const placed = placeMachine(machine);
  expect(placed.states.map(({ state }) => state.name).sort()).toEqual(
    statesIn(machine)
      .map(({ name }) => name)
      .sort(),
  );
  expect(new Set(placed.states.map(({ id }) => id)).size).toBe(placed.states.length);
  expect(overlaps(placed)).toEqual([]);
  for (const { x, y, width, height } of placed.states) {
    expect(x >= 0 && y >= 0).toBe(true);
    expect(x + width <= placed.width + 0.01 && y + height <= placed.height + 0.01).toBe(true);
  }
  for (const { points } of placed.edges)
    for (const { x, y } of points) expect(Number.isFinite(x) && Number.isFinite(y)).toBe(true);
  expect(statesInOrder(machine)).toHaveLength(placed.states.length);
  return placed;
}

it("places the post-processing with its branches inside of the state that has them", () => {
  const { states } = expectWhole(own);
  const place = (name: string) => states.find(({ state }) => state.name === name)!;
  expect(holds(place("ProposeTitles"), place("AskBedrock"))).toBe(true);
  expect(holds(place("ProposeTitles"), place("EndpointDone"))).toBe(true);
  expect(place("Ask").state.waits).toBe(true);
  expect(place("Begin").y).toBeLessThan(place("Ask").y);
  expect(place("Ask").y).toBeLessThan(place("Finished").y);
});

const beside = machinesBeside();
it.skipIf(beside.length === 0)(
  "places each of hundreds of machines completely, without overlaps, in bounded time",
  () => {
    let longest = 0;
    for (const [, definition] of beside) {
      const begun = performance.now();
      expectWhole(definition);
      longest = Math.max(longest, performance.now() - begun);
    }
    expect(beside.length).toBeGreaterThan(200);
    expect(longest).toBeLessThan(2_000);
  },
);

it("places loops, transitions to itself, equal names in branches and unreachable states", () => {
  const branch = { StartAt: "Same", States: { Same: task({ End: true }) } };
  expectWhole({
    StartAt: "A",
    States: {
      A: task({ Next: "B", Catch: [{ ErrorEquals: ["States.ALL"], Next: "A" }] }),
      B: { Type: "Choice", Choices: [{ Next: "A" }, { Next: "B" }], Default: "P" },
      P: { Type: "Parallel", Branches: [branch, branch, { StartAt: "M", States: { M: {} } }], Next: "Each" },
      Each: { Type: "Map", ItemProcessor: branch, End: true },
      Alone: { Type: "Succeed" },
    },
  });
});

it.each([
  ["nothing", {}],
  ["states that are none", { StartAt: "A", States: { A: null, B: 7, C: [], D: "x" } }],
  ["a start and a next that are not there", { StartAt: "X", States: { A: task({ Next: "Y" }) } }],
  ["names of a prototype", { StartAt: "A", States: { A: task({ Next: "toString" }), constructor: {} } }],
  ["names in other scripts and very long ones", { States: { タイトルを選ぶ: {}, ["x".repeat(80)]: {} } }],
])("places an invalid machine: %s", (_, definition) => {
  expectWhole(definition as Asl);
});

it("places a thousand states in bounded time", () => {
  const names = Array.from({ length: 1000 }, (_, n) => `State${n}`);
  const States = Object.fromEntries(names.map((name, n) => [name, task({ Next: names[n + 1] })]));
  const begun = performance.now();
  expectWhole({ StartAt: "State0", States });
  expect(performance.now() - begun).toBeLessThan(15_000);
});

it("marks that a state continues even after an error, without a second transition", () => {
  const { states, edges } = machineGraph({
    StartAt: "A",
    States: {
      A: task({ Next: "B", Catch: [{ ErrorEquals: ["States.ALL"], Next: "B" }], Retry: [{}] }),
      B: task({ Resource: "arn:aws:states:::events:putEvents.waitForTaskToken", End: true }),
    },
  });
  expect(edges).toEqual([{ from: "A", to: "B", kind: "next" }]);
  expect(states[0]).toMatchObject({ continuesOnError: true, retries: true, waits: false });
  expect(states[1]).toMatchObject({ waits: true, resource: "events:putEvents.waitForTaskToken" });
});

it("places a branch by its transitions, not by the order of its states", () => {
  const States = {
    Second: task({ Next: "Third" }),
    Third: { Type: "Choice", Choices: [{ Next: "Fourth" }] },
    First: task({ Next: "Second" }),
    Fourth: task({ End: true }),
  };
  const branch = { StartAt: "First", States };
  const { states } = expectWhole({
    StartAt: "P",
    States: { P: { Type: "Parallel", Branches: [branch], End: true } },
  });
  const height = (name: string) => states.find(({ state }) => state.name === name)!.y;
  const heights = ["First", "Second", "Third", "Fourth"].map(height);
  expect(heights).toEqual([...heights].sort((a, b) => a - b));
});

it.each(["ItemProcessor", "Iterator"])("shows what a Map does with its items within it, by %s", (field) => {
  const inner = { StartAt: "Each", States: { Each: task({ End: true }) } };
  const { states } = expectWhole({ StartAt: "M", States: { M: { Type: "Map", [field]: inner, End: true } } });
  expect(states.map(({ id }) => id)).toEqual(["M", "0.0/Each"]);
  expect(holds(states[0]!, states[1]!)).toBe(true);
});

it("draws the transition from a state to its error handler", () => {
  const { edges } = expectWhole({
    StartAt: "A",
    States: { A: task({ End: true, Catch: [{ ErrorEquals: ["E"], Next: "B" }] }), B: { Type: "Fail" } },
  });
  expect(edges).toMatchObject([{ from: "A", to: "B", kind: "catch" }]);
});
