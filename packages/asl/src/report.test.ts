import { expect, it } from "vitest";
import { DefinitionError } from "./checks.ts";
import { type ReportOptions, report } from "./report.ts";
import { literal } from "./values.ts";

const given: ReportOptions = {
  name: "Report",
  bus: "callboard",
  source: "newsroom",
  subject: "article/a_1",
  step: "write",
  state: "started",
  Next: "Write",
};

const entriesOf = (options: ReportOptions) => {
  const { Report } = report(options) as Record<string, Record<string, unknown>>;
  return ((Report!.Arguments ?? Report!.Parameters) as { Entries: { Detail: object }[] }).Entries;
};
const faultsOf = (more: object): readonly string[] => {
  try {
    report({ ...given, ...more } as ReportOptions);
  } catch (cause) {
    if (cause instanceof DefinitionError) return cause.faults;
    throw cause;
  }
  return [];
};

it("reports several steps at once, with the fields that they share", () => {
  const { step: _, state: __, ...shared } = given as ReportOptions & { step: string };
  const entries = entriesOf({
    ...shared,
    owners: ["user/ana"],
    steps: [
      { step: "write", state: "succeeded" },
      { step: "execution", state: "succeeded", message: "Done" },
    ],
  } as ReportOptions);
  expect(entries.map(({ Detail }) => Detail)).toMatchObject([
    {
      step: "write",
      state: "succeeded",
      owners: ["user/ana"],
      at: "{% $states.context.State.EnteredTime %}",
    },
    { step: "execution", message: "Done", owners: ["user/ana"] },
  ]);
});

it("ends a branch, even if the report failed", () => {
  const states = report({ ...given, Next: undefined, End: true } as never);
  expect(states.Report).toMatchObject({ End: true, Catch: [{ Next: "ReportUntold" }] });
  expect(states.ReportUntold).toEqual({ Type: "Pass", QueryLanguage: "JSONata", End: true });
});

it("writes expressions of JSONPath under names with .$, at any depth", () => {
  const [entry] = entriesOf({
    ...given,
    queryLanguage: "JSONPath",
    bus: "$.bus",
    percent: "$.percent",
    data: { compute: "$.compute", sizes: [{ bytes: "$.bytes", unit: "B" }], price: literal("$.99") },
  });
  expect(entry).toMatchObject({
    "EventBusName.$": "$.bus",
    Detail: {
      "percent.$": "$.percent",
      "attempt.$": "States.MathAdd($$.Execution.RedriveCount, 1)",
      data: { "compute.$": "$.compute", sizes: [{ "bytes.$": "$.bytes", unit: "B" }], price: "$.99" },
    },
  });
});

it("accepts a picture that is known only when the state runs", () => {
  expect(faultsOf({ data: { avatar: { object: "{% $avatar %}" } } })).toEqual([]);
  expect(faultsOf({ data: { avatar: { object: "avatars/a.png" } } })).toEqual([
    "data.avatar: not of the required form",
  ]);
});

it.each<[object, string]>([
  [{ step: undefined }, "step: missing"],
  [{ state: "begun" }, "state: one of started, running, waiting, succeeded, failed, skipped"],
  [{ percent: "half" }, "percent: not of the required form"],
  [{ owners: ["ana"] }, "owners.0: a principal is user/<id> or role/<id>"],
  [{ at: 1_767_225_661 }, "at: a time from 2000 up to 2100, in milliseconds or as ISO 8601"],
  [{ steps: [] }, "steps: a list of 1 to 10"],
  [{ steps: [{ step: "a" }], state: undefined }, "steps.0.state: missing"],
  [{ steps: [{ stepp: "a" }] }, "steps.0.stepp: not known"],
  [{ Output: {} }, "Output: not known"],
  [{ End: true }, "End: there is a Next"],
  [{ name: "x".repeat(75) }, "name: a state's name, 1 to 74 characters"],
  [
    { source: "aws.newsroom" },
    "source: your own name on the bus; not callboard, and not beginning with aws.",
  ],
  [{ bus: "" }, "bus: the name of Callboard's bus"],
])("refuses %j", (more, fault) => {
  expect(faultsOf(more)).toContain(fault);
});
