import { expect, it } from "vitest";
import { DefinitionError } from "./checks.ts";
import { expand } from "./expand.ts";
import { report } from "./report.ts";

const Callboard = { bus: "callboard", source: "newsroom", subject: "article/a_1" };
const reports = { Type: "Callboard:Report", step: "write", state: "started", Next: "Done" };
const asks = {
  Type: "Callboard:Ask",
  thread: "headline",
  prompt: "Shall it go out?",
  verbs: ["approve"],
  assignees: ["user/ana"],
  TimeoutSeconds: 3600,
  Next: "Done",
  Unanswered: "Done",
};
const Done = { Type: "Succeed" };
const definition = (States: object, more: object = {}) => ({
  QueryLanguage: "JSONata",
  Callboard,
  ...more,
  StartAt: Object.keys(States)[0],
  States,
});

const faultsOf = (States: object, more: object = {}): readonly string[] => {
  try {
    expand(definition(States, more));
  } catch (cause) {
    if (cause instanceof DefinitionError) return cause.faults;
    throw cause;
  }
  return [];
};

it("expands states in branches and items, and keeps all others unchanged", () => {
  const branch = { StartAt: "Report", States: { Report: reports, Done } };
  const other = { Type: "Pass", Comment: "Callboard:Report", Next: "All" };
  const expanded = expand(
    definition({
      Other: other,
      All: { Type: "Parallel", Branches: [branch], Next: "Each" },
      Each: {
        Type: "Map",
        ItemProcessor: { StartAt: "Told", States: { Told: { ...reports, Next: "Over" }, Over: Done } },
        Next: "Old",
      },
      Old: {
        Type: "Map",
        Iterator: { StartAt: "Old told", States: { "Old told": { ...reports, Next: "Gone" }, Gone: Done } },
        End: true,
      },
    }),
  ) as { States: Record<string, Record<string, unknown>> };
  expect(expanded).not.toHaveProperty("Callboard");
  expect(expanded.States.Other).toEqual(other);
  const { Report } = report({ ...Callboard, name: "Report", step: "write", state: "started", Next: "Done" });
  const { QueryLanguage: _, ...written } = Report!;
  expect(expanded.States.All).toMatchObject({ Branches: [{ States: { Report: written, Done } }] });
  expect(JSON.stringify(expanded.States)).not.toContain('"Type":"Callboard:');
});

it("lets a state use another language than its machine, which it then names", () => {
  const { States } = expand(
    definition({ Report: { ...reports, QueryLanguage: "JSONata" }, Done }, { QueryLanguage: undefined }),
  ) as { States: Record<string, object> };
  expect(States.Report).toMatchObject({ QueryLanguage: "JSONata", Arguments: {} });
  expect(faultsOf({ Report: { ...reports, QueryLanguage: "XPath" }, Done })).toEqual([
    "States.Report: QueryLanguage: JSONata or JSONPath",
  ]);
});

it("refuses a state of JSONPath in a machine of JSONata, as Step Functions does", () => {
  expect(faultsOf({ Report: { ...reports, QueryLanguage: "JSONPath" }, Done })).toEqual([
    "States.Report: QueryLanguage: a state machine of JSONata cannot have states of JSONPath",
  ]);
});

it("does not change its argument", () => {
  const given = definition({ Report: reports, Done });
  const before = structuredClone(given);
  expand(given, { bus: "another" });
  expect(given).toEqual(before);
});

const map = (ask: object, more: object = {}, config: object = {}) => ({
  Each: {
    Type: "Map",
    ...more,
    ItemProcessor: {
      ProcessorConfig: { Mode: "INLINE", ...config },
      StartAt: "Ask",
      States: { Ask: ask, Done },
    },
    End: true,
  },
});
const shared =
  "States.Each.ItemProcessor.States.Ask: thread: each item of a Map needs its own: include the item's index, or give the Map a MaxConcurrency of 1";

it.each([
  ["a thread that all items share", map(asks), [shared]],
  [
    "a shared thread about the execution's subject",
    map({ ...asks, subject: "{% $states.context.Execution.Input.subject %}" }),
    [shared],
  ],
  ["no fault if each item has a subject", map({ ...asks, subject: "{% $states.input.subject %}" }), []],
  ["no fault if each item has a thread", map({ ...asks, thread: "{% $states.input.id %}" }), []],
  ["no fault if items run one after the other", map(asks, { MaxConcurrency: 1 }), []],
  ["no fault if items are executions", map(asks, {}, { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" }), []],
  [
    "an execution that cannot wait",
    map(asks, {}, { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" }),
    ["States.Each.ItemProcessor.States.Ask: Type: an Express execution cannot wait for an answer"],
  ],
  [
    "a missing state",
    { Ask: { ...asks, Unanswered: "Nowhere" }, Done },
    ["States.Ask: Unanswered: there is no such state"],
  ],
  [
    "a name that is taken",
    { Ask: asks, CloseAsk: Done, Done },
    ["States.CloseAsk: there is already a state CloseAsk, from States.Ask"],
  ],
  [
    "an unknown type",
    { Ask: { ...asks, Type: "Callboard:Aks" }, Done },
    ["States.Ask: Type: Callboard:Report or Callboard:Ask"],
  ],
  [
    "several, in all states",
    { Report: { ...reports, state: "begun" }, Ask: { ...asks, verbs: undefined }, Done },
    [
      "States.Report: state: one of started, running, waiting, succeeded, failed, skipped",
      "States.Ask: verbs: missing",
    ],
  ],
])("finds %s", (_, States, faults) => {
  expect(faultsOf(States)).toEqual(faults);
});

it.each<[object, string]>([
  [{}, "States: missing"],
  [
    { States: {}, Callboard: { buss: "x" } },
    "Callboard.buss: unknown; all states share only bus, source and subject",
  ],
  [{ States: {}, QueryLanguage: "XPath" }, "QueryLanguage: JSONata or JSONPath"],
])("refuses %j", (given, fault) => {
  expect(() => expand(given)).toThrow(fault);
});

it("refuses a definition that is nested too deep", () => {
  let States: object = { Done };
  for (let level = 0; level < 100; level++) States = { All: { Type: "Parallel", Branches: [{ States }] } };
  expect(faultsOf(States)).toEqual(["nested over 250 levels"]);
});

it("keeps states with any name", () => {
  const States = JSON.parse('{"__proto__": {"Type": "Succeed"}, "constructor": {"Type": "Succeed"}}');
  expect(JSON.stringify(expand({ StartAt: "__proto__", States }))).toContain('"__proto__"');
});
