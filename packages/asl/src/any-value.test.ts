import fc from "fast-check";
import { expect, it } from "vitest";
import { ask } from "./ask.ts";
import { DefinitionError } from "./checks.ts";
import { expand } from "./expand.ts";
import { report } from "./report.ts";

const common = { name: "State", bus: "callboard", source: "newsroom", subject: "article/a_1", Next: "Done" };
const question = {
  ...common,
  thread: "headline",
  prompt: "Shall it go out?",
  verbs: ["pick", "edit", "regenerate"],
  candidates: [{ id: "a", title: "A" }],
  assignees: ["user/ana"],
  escalate: { afterSeconds: 60, to: ["role/editors"] },
  default: { verb: "pick", candidateId: "a" },
  schema: {},
  labels: {},
  round: 1,
  maxRounds: 3,
  TimeoutSeconds: 3600,
  HeartbeatSeconds: 600,
  deadlineSeconds: 600,
  Unanswered: "Done",
  reason: "",
};
const reported = {
  ...common,
  step: "write",
  state: "started",
  data: {},
  percent: 1,
  owners: [],
  at: 0,
  attempt: 1,
};

/** Values that JSON can and cannot represent, and texts with a meaning here. */
const anything = fc.oneof(
  fc.jsonValue(),
  fc.anything(),
  fc.constantFrom("{% $x %}", "$.x", "$$.x", "States.UUID()", "{%", "${X}", { "Callboard:Literal": "$.x" }),
);

/** Everything is refused by name, or becomes plain JSON. */
function refusesOrGives(make: () => object): void {
  let made: object;
  try {
    made = make();
  } catch (cause) {
    expect(cause).toBeInstanceOf(DefinitionError);
    return;
  }
  const text = JSON.stringify(made);
  // JSON would write null for a value that a list cannot contain.
  const holes = function (this: unknown, _: string, value: unknown) {
    return Array.isArray(this) && value === undefined ? "a hole" : value;
  };
  expect(JSON.stringify(made, holes)).toBe(text);
}

it.each([
  ["ask", question, ask],
  ["report", reported, report],
] as const)("%s names any invalid field, or writes its value as JSON", (_, fields, make) => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(fields), "steps", "Output", "Assign", "ResultPath"),
      anything,
      fc.constantFrom("JSONata", "JSONPath"),
      (field, value, queryLanguage) =>
        refusesOrGives(() => make({ ...fields, queryLanguage, [field]: value } as never)),
    ),
    { numRuns: 2000 },
  );
});

it("expand names any invalid value by its place, or keeps it", () => {
  const at = fc.constantFrom(
    "QueryLanguage",
    "Callboard",
    "States",
    "State",
    "Type",
    "Branches",
    "ItemProcessor",
  );
  fc.assert(
    fc.property(
      at,
      fc.jsonValue(),
      fc.constantFrom("Parallel", "Map", "Callboard:Ask"),
      (place, value, Type) => {
        const { name: _, ...fields } = question;
        const state = {
          ...fields,
          Type,
          ...(["Type", "Branches", "ItemProcessor"].includes(place) ? { [place]: value } : {}),
        };
        const machine = { States: { State: place === "State" ? value : state, Done: { Type: "Succeed" } } };
        refusesOrGives(() =>
          expand({
            QueryLanguage: "JSONata",
            ...machine,
            ...(place in machine || /^[QC]/.test(place) ? { [place]: value } : {}),
          }),
        );
      },
    ),
    { numRuns: 1000 },
  );
});
