import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { definition, objectFolders, type Substitutions, TASK_TOKEN } from "./definition.ts";
import { faultNames } from "./faults.ts";
import { keys } from "./files/files.ts";
import { substitutions } from "./testing/substitutions.ts";

const require = createRequire(import.meta.url);
const validate = require("asl-validator") as (definition: unknown) => {
  isValid: boolean;
  errorsText(): string;
};
const jsonata = require("jsonata") as (expression: string) => { evaluate(input: unknown): Promise<unknown> };

interface State {
  Type: string;
  Resource?: string;
  TimeoutSeconds?: unknown;
  Retry?: { ErrorEquals: string[]; MaxAttempts: number }[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
  Next?: string;
  Arguments?: { Entries?: { DetailType: string; Detail: { step?: string; state?: string } }[] };
  Branches?: { States: Record<string, State> }[];
  ItemProcessor?: { States: Record<string, State> };
}
type Machine = { States: Record<string, State> };
const machine = JSON.parse(definition(substitutions)) as Machine;
const statesOf = ({ States }: Machine): [string, State][] =>
  Object.entries(States).flatMap(([name, state]): [string, State][] => [
    [name, state],
    ...[...(state.Branches ?? []), state.ItemProcessor ?? { States: {} }].flatMap(statesOf),
  ]);
const states = statesOf(machine);
const tasks = states.filter(([, state]) => state.Type === "Task");
const isReport = (state: State) => state.Resource === "arn:aws:states:::events:putEvents";

const { ImageModelId, StoreAvatarFunction, ...withoutPicture } = substitutions;
const { ModelEndpoint, ModelName, ModelLabel, ModelConnectionArn, ...withoutEndpoint } = substitutions;
const [picture, endpoint] = [
  { ImageModelId, StoreAvatarFunction },
  { ModelEndpoint, ModelName, ModelLabel, ModelConnectionArn },
];
const { ImageModelId: _, StoreAvatarFunction: __, ...textModelAlone } = withoutEndpoint;

it.each<[string, Substitutions]>([
  ["whole", substitutions],
  ["without a picture", withoutPicture],
  ["without a model outside AWS", withoutEndpoint],
  ["with only a text model", textModelAlone],
])("is a valid state machine, %s, in which every state can be reached", (_, some) => {
  const cut = JSON.parse(definition(some)) as Machine;
  const { isValid, errorsText } = validate(cut);
  expect(isValid ? "" : errorsText()).toBe("");
  const named = new Set(
    [...JSON.stringify(cut).matchAll(/"(?:Next|Default|StartAt)":"(\w+)"/g)].map(([, name]) => name!),
  );
  expect([...named].sort()).toEqual(
    statesOf(cut)
      .map(([name]) => name)
      .sort(),
  );
});

it("leaves out only the states that draw, or ask outside AWS", () => {
  const names = (some: Substitutions) =>
    new Set(statesOf(JSON.parse(definition(some)) as Machine).map(([name]) => name));
  const gone = (some: Substitutions) => [...names(substitutions)].filter((name) => !names(some).has(name));
  expect(gone(withoutPicture)).toEqual([
    "DescribePicture",
    "DrawPicture",
    "StoreAvatar",
    "DrawAgain",
    "ReportAvatar",
  ]);
  expect(gone(withoutEndpoint)).toEqual([
    "CheckEndpoint",
    "MayEndpoint",
    "ProbeEndpoint",
    "AskEndpoint",
    "ReadEndpoint",
    "EndpointTitle",
    "JudgeEndpoint",
    "CloseEndpoint",
    "CountEndpoint",
    "ReportEndpointRests",
    "ProposeEndpoint",
    "ReportEndpointFailed",
    "EndpointDone",
  ]);
  for (const one of [...Object.keys(picture), ...Object.keys(endpoint)]) {
    const { [one as "ImageModelId"]: _, ...partly } = substitutions;
    expect(() => definition(partly as Substitutions), one).toThrow(/state machine/);
  }
});

it("contains only expressions that JSONata can read", () => {
  const expressions = JSON.stringify(machine).match(/"\{%.*?%\}"/g) ?? [];
  expect(expressions.length).toBeGreaterThan(200);
  for (const expression of expressions)
    expect(() => jsonata((JSON.parse(expression) as string).slice(2, -2))).not.toThrow();
});

it("refuses a substitution that is missing, unknown, or would break out of its quotes", () => {
  const { BusName: _, ...missing } = substitutions;
  expect(() => definition(missing as Substitutions)).toThrow("BusName");
  expect(() => definition({ ...substitutions, Colour: "red" } as Substitutions)).toThrow("Colour");
  expect(() => definition({ ...substitutions, Bucket: "a' & 'b" })).toThrow("Bucket");
});

it("continues after each report that cannot be put", () => {
  const reports = tasks.filter(([, state]) => isReport(state));
  expect(reports.length).toBeGreaterThan(15);
  for (const [name, state] of reports) {
    expect(state.Catch, name).toEqual([expect.objectContaining({ ErrorEquals: ["States.ALL"] })]);
    expect(state.Catch![0]!.Next, name).toBe(state.Next);
    expect(state.Retry, name).toHaveLength(1);
  }
});

/** Errors of Bedrock that are the model's: a request that it refuses, or that is not allowed, is our own error. */
const modelFailures = [
  "Throttling",
  "ModelTimeout",
  "ModelError",
  "ModelNotReady",
  "InternalServer",
  "ServiceUnavailable",
];

/** What a task may catch to continue, or to end permanently; any other error fails in its own state, to be redriven. */
const caught: Record<string, readonly string[][]> = {
  Probe: [[...faultNames]],
  PrepareOnLambda: [[...faultNames]],
  PrepareOnFargate: [[...faultNames]],
  ReadTranscript: [[...faultNames]],
  StartTranscription: [["Transcribe.ConflictException"]],
  // Nothing depends on how a model has answered recently; a failure by itself counts.
  ...Object.fromEntries(
    ["Bedrock", "Endpoint"].flatMap((model) => [
      ...["Check", "Close", "Count"].map((what) => [`${what}${model}`, [["States.ALL"]]]),
      [`Probe${model}`, [["DynamoDB.ConditionalCheckFailedException"], ["States.ALL"]]],
    ]),
  ),
  AskBedrock: [
    ["States.Timeout", ...modelFailures.map((name) => `BedrockRuntime.${name}Exception`)],
    ["States.ALL"],
  ],
  AskEndpoint: [
    [
      "States.Timeout",
      "States.Http.Socket",
      ...[408, 429, 500, 502, 503, 504, 529].map((status) => `States.Http.StatusCode.${status}`),
    ],
    ["States.ALL"],
  ],
  Ask: [["States.Timeout"]],
  // A picture can be drawn without its description.
  DescribePicture: [["States.ALL"]],
  StoreAvatar: [["NotAPicture"]],
};

it("lets a possibly temporary error fail in its own state, from which a redrive continues", () => {
  for (const [name, state] of states.filter(([, { Type }]) => Type === "Task" || Type === "Parallel"))
    if (!isReport(state))
      expect(
        (state.Catch ?? []).map(({ ErrorEquals }) => ErrorEquals),
        name,
      ).toEqual(caught[name] ?? []);
  expect(states.filter(([, { Type }]) => Type === "Fail").map(([name]) => name)).toEqual(["Failed"]);
});

it("limits the time of every task, and tries it more than once", () => {
  for (const [name, state] of tasks) {
    expect(state.TimeoutSeconds, name).toBeDefined();
    expect(state.Retry?.at(-1)?.MaxAttempts, name).toBeGreaterThan(0);
  }
});

it("does not retry errors of the files, and shows their messages to everyone", () => {
  const readers = tasks.filter(([, state]) => state.Catch?.[0]?.Next === "ReportFailure");
  expect(readers.map(([name]) => name)).toEqual([
    "Probe",
    "PrepareOnLambda",
    "PrepareOnFargate",
    "ReadTranscript",
  ]);
  for (const [name, state] of readers)
    expect(state.Retry?.[0], name).toEqual({ ErrorEquals: [...faultNames], MaxAttempts: 0 });
});

it("reports once that it waits for an answer, when it asks", () => {
  const waiting = tasks.filter(([, { Arguments }]) =>
    Arguments?.Entries?.some(({ Detail }) => Detail.step === "ask" && Detail.state === "waiting"),
  );
  expect(waiting.map(([name]) => name)).toEqual(["Ask"]);
});

it("passes task tokens only to the question and the container", () => {
  const holders = states.filter(
    ([, state]) => !state.Branches && JSON.stringify(state).includes("Task.Token"),
  );
  expect(JSON.stringify(machine)).toContain(`{"Name":"${TASK_TOKEN}",`);
  expect(holders.map(([name]) => name)).toEqual(["PrepareOnFargate", "Ask"]);
});

it("gives no variable the name of a function of JSONata", async () => {
  const assigned = new Set<string>();
  JSON.stringify(machine, (key, value: unknown) => {
    if (key === "Assign") for (const name of Object.keys(value as object)) assigned.add(name);
    return value;
  });
  expect(assigned).toContain("roundNumber");
  expect(await jsonata("$exists($round)").evaluate({})).toBe(true);
  for (const name of assigned) expect(await jsonata(`$exists($${name})`).evaluate({}), name).toBe(false);
});

it("stores objects in the folders that the bucket's life cycle names, and nowhere else", () => {
  const spelled = JSON.stringify(definition(substitutions)).matchAll(/'(\w+\/)' & \$videoId/g);
  const folders = [...spelled].map(([, folder]) => folder);
  expect(new Set([...folders, keys.folder("")].map((key) => key?.slice(0, key.indexOf("/") + 1)))).toEqual(
    new Set(objectFolders),
  );
});
