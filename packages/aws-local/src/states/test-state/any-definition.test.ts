import fc from "fast-check";
import { expect, it } from "vitest";
import { AwsError } from "../../endpoint/aws-json.ts";
import { roleArn, tester } from "../../testing/one-state.ts";

const work = { StartAt: "W", States: { W: { Type: "Pass", End: true } } };
const task = { Type: "Task", Resource: "arn:aws:states:::test:work", End: true };

/** A state of each type, in both languages, with all its fields. */
const states = [
  {
    Type: "Pass",
    InputPath: "$.a",
    Parameters: { "b.$": "$.b" },
    ResultPath: "$.c",
    OutputPath: "$",
    Assign: { "x.$": "$" },
    Next: "B",
  },
  {
    Type: "Pass",
    QueryLanguage: "JSONata",
    Output: { a: "{% $states.input %}" },
    Assign: { x: 1 },
    End: true,
  },
  {
    Type: "Choice",
    Choices: [
      { Variable: "$.n", NumericEquals: 1, Next: "B" },
      {
        And: [{ Variable: "$.b", IsPresent: true }, { Not: { Variable: "$.c", StringMatches: "*" } }],
        Next: "C",
      },
    ],
    Default: "D",
  },
  {
    Type: "Choice",
    QueryLanguage: "JSONata",
    Choices: [{ Condition: "{% true %}", Next: "B", Output: 1, Assign: { a: 1 } }],
  },
  { Type: "Succeed", OutputPath: "$.a" },
  { Type: "Fail", ErrorPath: "$.e", CausePath: "States.Format('{}', $.n)" },
  { Type: "Fail", QueryLanguage: "JSONata", Error: "{% 'a' %}", Cause: "c" },
  {
    ...task,
    Parameters: { "n.$": "$.n" },
    ResultSelector: { "a.$": "$.b" },
    TimeoutSecondsPath: "$.n",
    Retry: [{ ErrorEquals: ["A"], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1.5 }],
    Catch: [{ ErrorEquals: ["States.ALL"], Next: "B", ResultPath: "$.e" }],
  },
  {
    ...task,
    QueryLanguage: "JSONata",
    Arguments: { n: "{% $states.input.n %}" },
    TimeoutSeconds: "{% 1 %}",
    Output: "{% $states.result %}",
    Catch: [{ ErrorEquals: ["A"], Next: "B", Output: "{% $states.errorOutput %}", Assign: { a: 1 } }],
  },
  {
    Type: "Map",
    ItemSelector: { "v.$": "$$.Map.Item.Value" },
    ItemProcessor: { ...work, ProcessorConfig: { Mode: "DISTRIBUTED" } },
    MaxConcurrencyPath: "$.n",
    ToleratedFailureCountPath: "$.n",
    ItemReader: {
      Resource: "arn:aws:states:::s3:getObject",
      ReaderConfig: { InputType: "CSV", CSVHeaderLocation: "GIVEN", CSVHeaders: ["a"], MaxItemsPath: "$.n" },
    },
    ItemBatcher: { MaxItemsPerBatchPath: "$.n", MaxInputBytesPerBatch: 30, BatchInput: { "a.$": "$.l" } },
    End: true,
  },
  {
    Type: "Map",
    QueryLanguage: "JSONata",
    Items: "{% $states.input.l %}",
    ItemSelector: { v: "{% $states.context.Map.Item.Value %}" },
    ItemProcessor: { ...work, ProcessorConfig: { Mode: "DISTRIBUTED" } },
    MaxConcurrency: "{% 2 %}",
    ItemReader: {
      Resource: "arn:aws:states:::s3:getObject",
      ReaderConfig: { ItemsPointer: "/l", MaxItems: 1 },
    },
    End: true,
  },
  {
    Type: "Parallel",
    Branches: [work, work],
    Parameters: { "a.$": "$" },
    ResultSelector: { "b.$": "$[0]" },
    End: true,
  },
];

const odd = fc.constantFrom<unknown>(
  null,
  -1,
  0.5,
  "",
  "$",
  "$.l",
  "$$",
  "{% 1 +",
  "{% $error('no') %}",
  "States.Array(1,",
  "__proto__",
  [],
  {},
  [1],
  { a: 1 },
  ["States.ALL"],
  true,
);

/** A copy in which the nth value is replaced. */
function changed(value: object, nth: number, other: unknown): object {
  const copy = structuredClone(value);
  const places: [holder: Record<string, unknown>, key: string][] = [];
  const walk = (holder: object) => {
    for (const [key, inner] of Object.entries(holder)) {
      places.push([holder as Record<string, unknown>, key]);
      if (typeof inner === "object" && inner !== null) walk(inner);
    }
  };
  walk(copy);
  const [holder, key] = places[nth % places.length]!;
  holder[key] = other;
  return copy;
}

it("runs or refuses any given state, and never throws another error", async () => {
  const { send } = tester({ work: async ({ arguments: given }) => given });
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...states),
      fc.array(fc.tuple(fc.nat(200), odd), { maxLength: 2 }),
      fc.boolean(),
      async (base, changes, isMocked) => {
        const state = changes.reduce<object>((one, [nth, other]) => changed(one, nth, other), base);
        const mock =
          isMocked || base.Type === "Map" || base.Type === "Parallel" ? { result: [1, 2] } : undefined;
        const outcome = await send(state, {
          input: { a: { b: 1 }, l: [1, 2], n: 1, e: "E" },
          roleArn,
          ...(mock && { mock: { ...mock, fieldValidationMode: "NONE" } }),
          ...(base.Type === "Map" && { stateConfiguration: { mapItemReaderData: '{"l":[1]}' } }),
          inspectionLevel: "TRACE",
        }).then(
          ({ status }) => status,
          (cause: unknown) =>
            cause instanceof AwsError && cause.status === 400 ? cause.code : `broke: ${cause}`,
        );
        seen.add(outcome);
      },
    ),
    { numRuns: 1_000 },
  );
  expect([...seen].filter((outcome) => !KNOWN.has(outcome))).toEqual([]);
  // Everything that can run was run.
  expect([...seen]).toEqual(expect.arrayContaining(["FAILED", "InvalidDefinition", "SUCCEEDED"]));
});

const KNOWN = new Set([
  "CAUGHT_ERROR",
  "FAILED",
  "InvalidDefinition",
  "RETRIABLE",
  "SUCCEEDED",
  "ValidationException",
]);
