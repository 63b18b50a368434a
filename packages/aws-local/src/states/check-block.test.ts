import { expect, it } from "vitest";
import { checkDefinition } from "./definition.ts";

const problems = (definition: object) =>
  checkDefinition(JSON.stringify(definition)).map(({ message, location }) => `${location} ${message}`);
const machine = (states: object, more: object = {}) => ({
  StartAt: Object.keys(states)[0],
  States: states,
  ...more,
});

it("finds nothing wrong with a machine that can run", () => {
  expect(
    problems(
      machine(
        {
          Ask: {
            Type: "Task",
            Resource: "arn:aws:states:::events:putEvents.waitForTaskToken",
            TimeoutSeconds: "{% $limit %}",
            Retry: [{ ErrorEquals: ["A"], MaxAttempts: 0 }, { ErrorEquals: ["States.ALL"] }],
            Catch: [{ ErrorEquals: ["States.ALL"], Next: "Choose" }],
            Next: "Choose",
          },
          Choose: { Type: "Choice", Choices: [{ Condition: "{% true %}", Next: "Ask" }], Default: "Done" },
          Done: { Type: "Succeed" },
        },
        { QueryLanguage: "JSONata" },
      ),
    ),
  ).toEqual([]);
});

it("finds states that cannot be reached and missing targets", () => {
  expect(problems(machine({ A: { Type: "Pass", Next: "C" }, B: { Type: "Pass", End: true } }))).toEqual([
    "/States/A/Next Missing 'Next' target: C",
    '/States/B State "B" is not reachable.',
  ]);
});

it("finds fields of the other query language, inside branches too", () => {
  const branch = machine({ In: { Type: "Pass", Output: 1, End: true } });
  expect(problems(machine({ P: { Type: "Parallel", Branches: [branch], End: true } }))).toEqual([
    "/States/P/Branches[0]/States/In/Output The field 'Output' is not supported when QueryLanguage is JSONPath",
  ]);
});

it.each([
  [{ Type: "Task", End: true }, "/States/A/Resource The field 'Resource' must be an ARN"],
  [{ Type: "Pass" }, "/States/A A state must have either 'Next' or 'End': true"],
  [
    { Type: "Wait", Seconds: 1, Timestamp: "2026-01-01T00:00:00Z", End: true },
    "/States/A A Wait state must have exactly one of Seconds, SecondsPath, Timestamp, TimestampPath",
  ],
  [
    { Type: "Odd" },
    "/States/A/Type The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]",
  ],
  [{ Type: "Succeed", Next: "A" }, "/States/A A Succeed state has neither Next nor End"],
  [
    { Type: "Pass", InputPath: ["$"], OutputPath: null, End: true },
    "/States/A/InputPath The field 'InputPath' must be a path",
  ],
  [{ Type: "Pass", Retry: [], End: true }, "/States/A/Retry A Pass state has no 'Retry'"],
])("refuses the state %j", (state, problem) => {
  expect(problems(machine({ A: state }))).toEqual([problem]);
});

it("refuses invalid retriers", () => {
  const Retry = [{ ErrorEquals: ["States.ALL"], BackoffRate: 0.5 }, { ErrorEquals: [] }];
  expect(
    problems(machine({ A: { Type: "Task", Resource: "arn:aws:states:::a:b", Retry, End: true } })),
  ).toEqual([
    "/States/A/Retry[0]/ErrorEquals 'States.ALL' must stand alone, and last",
    "/States/A/Retry[1]/ErrorEquals The field 'ErrorEquals' must be a list of names that is not empty",
    "/States/A/Retry[0]/BackoffRate BackoffRate must be a number of at least 1",
  ]);
});
