import { afterAll, describe, expect, it } from "vitest";
import { faultNames } from "./faults.ts";
import { isReport, type Mock, states, type TestAnswer, type Variables } from "./testing/state-walk.ts";
import { fault, postProcessingStories, says, unusable } from "./testing/stories.ts";

const { test, visitOf, close } = postProcessingStories();
afterAll(close);

/** How a repeated failure ends: the waits before each retry, then the answer, and what caught it. */
interface Course {
  readonly waits: readonly number[];
  readonly answer: TestAnswer;
  readonly handlers: readonly string[];
}

const courses = new Map<string, Promise<Course>>();

/** The course of a state that fails, from where a story reached it; some of its variables may be changed. */
function courseOf(name: string, mock: Mock, variables: Variables = {}): Promise<Course> {
  const key = JSON.stringify([name, mock, variables]);
  const course = courses.get(key) ?? failing(name, mock, variables);
  courses.set(key, course);
  return course;
}

async function failing(name: string, mock: Mock, others: Variables): Promise<Course> {
  const { input, variables } = await visitOf(name);
  const waits: number[] = [];
  for (;;) {
    const begun = { input, variables: { ...variables, ...others } };
    const answer = await test(name, begun, mock, waits.length);
    const { retryIndex, retryBackoffIntervalSeconds, catchIndex } = answer.errorDetails;
    if (answer.status !== "RETRIABLE") {
      const handlers = [
        ...(retryIndex === undefined ? [] : [`${name}: Retry ${retryIndex}`]),
        ...(catchIndex === undefined ? [] : [`${name}: Catch ${catchIndex}`]),
      ];
      return { waits, answer, handlers };
    }
    waits.push(retryBackoffIntervalSeconds!);
  }
}

const fails = "fails";
const onward = [...states].filter(([, state]) => isReport(state)).map(([name]) => name);
const functions = ["Probe", "PrepareOnLambda", "ReadTranscript"];
const readers = [...functions, "PrepareOnFargate"];
const models = ["Bedrock", "Endpoint"] as const;
const once = [1];
const twice = [1, 2];
const noTable = "DynamoDB.AmazonDynamoDBException";

const ofCallboard = onward.map((name) => [name, fault("EventBridge.FailedEntry")] as const);
const ofFiles = readers.flatMap((name) => faultNames.map((error) => [name, error] as const));
const ofServices: readonly (readonly [
  state: string,
  error: string,
  waits: readonly number[],
  then: string,
])[] = [
  ...functions.flatMap((name) => [
    [name, "Lambda.ServiceException", twice, fails] as const,
    [name, "States.Timeout", twice, fails] as const,
  ]),
  ["PrepareOnFargate", "ECS.ThrottlingException", [5, 10], fails],
  ["PrepareOnFargate", "ECS.ServerException", [5, 10], fails],
  ["PrepareOnFargate", "Container.NotStarted", [5, 10], fails],
  ["PrepareOnFargate", "States.HeartbeatTimeout", [5, 10], fails],
  ["PrepareOnFargate", "Container.ExitCode.137", [], fails],
  ["PrepareOnFargate", "Container.ExitCode.0", [], fails],
  ["PrepareOnFargate", "States.Timeout", [], fails],
  ["PrepareOnFargate", "States.TaskFailed", [], fails],
  ["StartTranscription", "Transcribe.ConflictException", [], "WaitForTranscription"],
  ["StartTranscription", "Transcribe.BadRequestException", [], fails],
  ["StartTranscription", "Transcribe.LimitExceededException", twice, fails],
  ["PollTranscription", "Transcribe.InternalFailureException", twice, fails],
  ["Ask", "States.HeartbeatTimeout", [5, 10, 20], fails],
  ["Ask", "EventBridge.FailedEntry", [5, 10, 20], fails],
  ["Ask", "States.Timeout", [], "CloseUnanswered"],
  ["DescribePicture", "BedrockRuntime.ThrottlingException", once, "DrawPicture"],
  ["DescribePicture", "BedrockRuntime.AccessDeniedException", once, "DrawPicture"],
  ["DescribePicture", "States.Timeout", once, "DrawPicture"],
  ["DrawPicture", "Bedrock.ThrottlingException", twice, fails],
  ["StoreAvatar", "NotAPicture", [], "DrawAgain"],
  ["StoreAvatar", "Lambda.ServiceException", twice, fails],
  ["ProposeTitles", "States.DataLimitExceeded", [], fails],
];

/** The errors of a model that count for pausing it, and those that are our own. */
const ofModels = [
  ...["ThrottlingException", "ModelTimeoutException", "InternalServerException"].map(
    (error) => ["AskBedrock", `BedrockRuntime.${error}`, "CountBedrock"] as const,
  ),
  ["AskBedrock", "States.Timeout", "CountBedrock"],
  ["AskBedrock", "BedrockRuntime.ValidationException", "ReportBedrockFailed"],
  ["AskBedrock", "BedrockRuntime.AccessDeniedException", "ReportBedrockFailed"],
  ...[408, 429, 500, 503].map(
    (status) => ["AskEndpoint", `States.Http.StatusCode.${status}`, "CountEndpoint"] as const,
  ),
  ["AskEndpoint", "States.Timeout", "CountEndpoint"],
  ["AskEndpoint", "States.Http.Socket", "CountEndpoint"],
  ["AskEndpoint", "States.Http.StatusCode.400", "ReportEndpointFailed"],
  ["AskEndpoint", "States.Http.StatusCode.401", "ReportEndpointFailed"],
] as const;

/** Errors in reading or writing how a model has answered recently: they stop nothing. */
const ofRows = models.flatMap(
  (model) =>
    [
      [`Check${model}`, noTable, once, `Ask${model}`],
      [`Check${model}`, "States.Timeout", once, `Ask${model}`],
      [`Probe${model}`, noTable, once, `Ask${model}`],
      [`Probe${model}`, "DynamoDB.ConditionalCheckFailedException", [], `Check${model}`],
      [`Close${model}`, noTable, once, `Propose${model}`],
      [`Count${model}`, noTable, once, `Report${model}Failed`],
    ] as const,
);

const ofAnswers = models.flatMap((model) =>
  (
    [
      ["it holds no JSON", unusable.words],
      ["it holds no JSON", ""],
      ["its JSON cannot be read", unusable.unreadable],
      ["its JSON cannot be read", "{“candidates”:[{“title”:“A”}]}"],
      ["its JSON breaks off before its end", '{"candidates":[{"title":"A'],
      ["its JSON holds no candidates with a title", unusable.otherForm],
      ["its JSON holds no candidates with a title", '{"candidates":[{"title":" "}]}'],
    ] as const
  ).map(([issue, said]) => [model, issue, said] as const),
);
/** Reads the answer of a model; if nothing in it can be used, it has no candidates. */
const reading = (model: string, said: string) => courseOf(`Read${model}`, { result: [] }, { said });

describe("a failure", () => {
  it.each(ofCallboard)(
    "of Callboard never fails the work: %s is tried three times, and the work continues",
    async (name, mock) => {
      const { answer: well } = await visitOf(name);
      const { waits, answer } = await courseOf(name, mock);
      expect(waits).toEqual([1, 2, 4]);
      expect(answer).toMatchObject({ status: "CAUGHT_ERROR", nextState: well.nextState });
      expect(answer.variables).toEqual(well.variables);
    },
  );

  it.each(models.flatMap((model) => [`Propose${model}`, `Report${model}Failed`, `Report${model}Rests`]))(
    "of Callboard loses nothing of what a model returned: %s",
    async (name) => {
      const { answer: well } = await visitOf(name);
      const { answer } = await courseOf(name, fault("EventBridge.FailedEntry"));
      expect(well.output).toMatchObject({ source: expect.any(String), candidates: expect.any(Array) });
      expect(answer.output).toEqual(well.output);
    },
  );

  it.each(ofFiles)("of the files themselves is reported at once: %s, %s", async (name, error) => {
    const { waits, answer } = await courseOf(name, fault(error));
    expect(waits).toEqual([]);
    expect(answer).toMatchObject({ status: "CAUGHT_ERROR", nextState: "ReportFailure" });
    expect(answer.variables.failure).toMatchObject({ error, message: `It is ${error}` });
  });

  it.each(ofServices)("of %s with %s waits %j, and then: %s", async (name, error, expected, then) => {
    const { waits, answer } = await courseOf(name, fault(error));
    expect(waits).toEqual(expected);
    expect(answer).toMatchObject({ status: then === fails ? "FAILED" : "CAUGHT_ERROR", error });
    expect(answer.nextState ?? fails).toBe(then);
  });

  it.each(ofModels)(
    "of a model loses only its own candidates: %s, %s, then %s",
    async (name, error, then) => {
      const { waits, answer } = await courseOf(name, fault(error));
      expect(waits).toEqual(twice);
      expect(answer).toMatchObject({
        status: "CAUGHT_ERROR",
        nextState: then,
        output: {
          candidates: [],
          note: "; one of the models did not answer",
          error,
          cause: expect.stringContaining(`It is ${error}`),
        },
      });
    },
  );

  it.each(ofRows)(
    "of the table does not keep the models from being asked: %s, %s, %j, then %s",
    async (name, error, expected, then) => {
      const { input, answer: well } = await visitOf(name);
      const { waits, answer } = await courseOf(name, fault(error));
      expect(waits).toEqual(expected);
      expect(answer).toMatchObject({ status: "CAUGHT_ERROR", error, nextState: then });
      // The result to continue with: no failures if they cannot be read, else what the model returned.
      if (name.startsWith("Check"))
        expect(answer.variables).toMatchObject({ failures: 0, until: 0, asks: 0, chain: [] });
      else expect(answer.variables).toEqual(well.variables);
      expect(answer.output).toEqual(/^C(lose|ount)/.test(name) ? input : {});
    },
  );

  it.each([says(" "), fault("BedrockRuntime.ThrottlingException")])(
    "of a model that describes a picture is retried once, and then the title itself is drawn: %j",
    async (mock) => {
      const { waits, answer } = await courseOf("DescribePicture", mock);
      expect(waits).toEqual(once);
      expect(answer).toMatchObject({ status: "CAUGHT_ERROR", nextState: "DrawPicture" });
      expect(answer.variables.picture).toContain("“A title”");
    },
  );

  it.each(ofAnswers)(
    "of %s's model to give a usable answer is explained: %s, of %j",
    async (model, issue, said) => {
      const { waits, answer } = await reading(model, said);
      expect(waits).toEqual([]);
      expect(answer).toMatchObject({ nextState: `Judge${model}`, output: [] });
      expect(answer.variables.issue).toMatch(new RegExp(`^${issue}`));
    },
  );

  it.each(models)(
    "of %s's model to give a usable answer is handled by the number of attempts",
    async (model) => {
      const { answer: read } = await reading(model, unusable.unreadable);
      const { issue } = read.variables;
      const judged = (asks: number) =>
        test(`Judge${model}`, { input: read.output, variables: { ...read.variables, asks } });
      for (const asks of [1, 2]) {
        const again = await judged(asks);
        expect(again.nextState).toBe(`Ask${model}`);
        expect(again.variables.chain).toHaveLength(2);
        const chain = JSON.stringify(again.variables.chain);
        expect(chain).toContain(JSON.stringify(unusable.unreadable));
        expect(chain).toContain(`That answer cannot be used: ${issue}`);
      }
      expect(await judged(3)).toMatchObject({
        nextState: `Count${model}`,
        output: { candidates: [], error: "UnusableAnswer", cause: issue },
      });
    },
  );

  it("is tested for every retrier and every catcher", async () => {
    const tried = await Promise.all([
      ...ofCallboard.map(([name, mock]) => courseOf(name, mock)),
      ...[...ofFiles, ...ofServices, ...ofModels, ...ofRows].map(([name, error]) =>
        courseOf(name, fault(error)),
      ),
      ...ofAnswers.map(([model, , said]) => reading(model, said)),
      courseOf("DescribePicture", says(" ")),
    ]);
    const took = new Set(tried.flatMap(({ handlers }) => handlers));
    const all = [...states].flatMap(([name, { Retry = [], Catch = [] }]) => [
      ...Retry.map((_, at) => `${name}: Retry ${at}`),
      ...Catch.map((_, at) => `${name}: Catch ${at}`),
    ]);
    expect(all.length).toBeGreaterThan(90);
    expect(all.filter((handler) => !took.has(handler))).toEqual([]);
  });
});
