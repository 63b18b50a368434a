import { afterAll, describe, expect, it } from "vitest";
import { faultNames } from "./faults.ts";
import { isReport, type Mock, states, stateWalk, type TestAnswer, type Visit } from "./testing/state-walk.ts";

const { test, walk, close } = stateWalk();
afterAll(close);

const fault = (error: string): Mock => ({
  errorOutput: {
    error,
    cause: JSON.stringify({ errorType: error, errorMessage: `It is ${error}` }),
  },
});
/** What a function gives is no text, as Lambda's model has it. */
const gives = (Payload: unknown): Mock => ({ result: { Payload }, fieldValidationMode: "NONE" });
const says = (Text: string): Mock => ({
  result: {
    Output: { Message: { Role: "assistant", Content: [{ Text }] } },
    StopReason: "end_turn",
    Usage: { InputTokens: 1, OutputTokens: 1, TotalTokens: 2 },
    Metrics: { LatencyMs: 1 },
  },
});
const answers = (content: string): Mock => ({
  result: { ResponseBody: { choices: [{ message: { content } }] } },
});
const job = (TranscriptionJobStatus: string, more: object = {}): Mock => ({
  result: { TranscriptionJob: { TranscriptionJobStatus, ...more } },
});
const titles = JSON.stringify({ candidates: [{ title: "A title", description: "About it" }] });

const video = { bucket: "media", key: "videos/v_1/video.mp4", fileName: "talk.mp4" };
const captions = { bucket: "media", key: "videos/v_1/captions.vtt", fileName: "talk.vtt" };
const started = { subject: "video/v_1", owners: ["user/ana"] };
const probed = { container: "mp4", durationMs: 90_000, sizeBytes: 1, hasSound: true };

const usual: Readonly<Record<string, readonly Mock[]>> = {
  Probe: [gives(probed)],
  PrepareOnLambda: [gives({})],
  PrepareOnFargate: [{ result: {} }],
  StartTranscription: [job("IN_PROGRESS")],
  PollTranscription: [
    job("IN_PROGRESS"),
    job("COMPLETED", { Subtitles: { SubtitleFileUris: ["s3://media/transcripts/v_1/a.vtt"] } }),
  ],
  ReadTranscript: [gives({ text: "Good day.", words: 2, truncated: false, language: "en" })],
  AskBedrock: [says(titles)],
  AskEndpoint: [answers(titles)],
  Ask: [{ result: { verb: "pick", candidateId: "endpoint-1-1", by: { id: "ana" } } }],
  DescribePicture: [says("A queue of ducks")],
  DrawPicture: [{ result: { Body: "s3://media/avatars/v_1/v_1.json", ContentType: "application/json" } }],
  StoreAvatar: [gives({ key: "avatars/v_1/v_1", mediaType: "image/png" })],
};
const silence = {
  AskBedrock: [fault("Bedrock.ThrottlingException")],
  AskEndpoint: [fault("States.Http.Socket")],
};

const stories = {
  picked: () => walk(usual, { ...started, video }),
  rejected: () =>
    walk(
      {
        ...usual,
        Probe: [gives({ ...probed, durationMs: 900_000 })],
        Ask: [{ result: { verb: "regenerate", comment: " shorter " } }, { result: { verb: "reject" } }],
      },
      { ...started, video },
    ),
  silent: () =>
    walk({ ...usual, ...silence, Probe: [gives({ ...probed, hasSound: false })] }, { ...started, captions }),
  speechless: () =>
    walk(
      { ...usual, PollTranscription: [job("FAILED", { FailureReason: "No speech" })] },
      { ...started, video },
    ),
  noVideo: () => walk({ ...usual, Probe: [fault("NotAnMp4")] }, { ...started, video }),
  unanswered: () =>
    walk(
      { ...usual, Ask: [fault("States.Timeout")], StoreAvatar: [fault("NotAPicture")] },
      { ...started, video },
    ),
} satisfies Record<string, () => Promise<Visit[]>>;
type Story = keyof typeof stories;

const walks = new Map<Story, Promise<Visit[]>>();

function visitsOf(story: Story): Promise<Visit[]> {
  const visits = walks.get(story) ?? stories[story]();
  walks.set(story, visits);
  return visits;
}

const allVisits = async () => (await Promise.all((Object.keys(stories) as Story[]).map(visitsOf))).flat();

const told = async (story: Story) => {
  const visits = await visitsOf(story);
  return { path: visits.map(({ state }) => state), last: visits.at(-1)!.answer, visits };
};

it("is finished once a person has picked a title", async () => {
  const { path, last } = await told("picked");
  expect(path.filter((name) => name.includes("Transcription"))).toEqual([
    "ChooseTranscription",
    "StartTranscription",
    "WaitForTranscription",
    "PollTranscription",
    "CheckTranscription",
    "WaitForTranscription",
    "PollTranscription",
    "CheckTranscription",
  ]);
  expect(path.at(-1)).toBe("Finished");
  expect(last).toMatchObject({
    status: "SUCCEEDED",
    output: { outcome: "finished", subject: "video/v_1", title: "A title", description: "About it" },
  });
});

it("prepares what is long on Fargate, asks for other titles, and ends when they are rejected", async () => {
  const { path, last, visits } = await told("rejected");
  expect(path).toContain("PrepareOnFargate");
  const prompts = visits
    .filter(({ state }) => state === "ProposeTitles")
    .map(({ variables }) => variables.prompt);
  expect(prompts).toHaveLength(2);
  expect(prompts[1]).toContain("<hint>shorter</hint>");
  expect(prompts[1]).toContain("<earlier>\nA title\nA title\n</earlier>");
  expect(last).toMatchObject({ status: "SUCCEEDED", output: { outcome: "rejected" } });
});

it("asks the models once more, and fails where none proposes a title", async () => {
  const { path, last } = await told("silent");
  expect(path.filter((name) => name === "ProposeTitles")).toHaveLength(2);
  expect(path.at(-1)).toBe("MayMend");
  expect(last).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError" });
  expect(last.cause).toContain("States.Http.Socket");
});

it.each([
  ["speechless", "Transcribe.JobFailed", "No speech"],
  ["noVideo", "NotAnMp4", "It is NotAnMp4"],
] as const)("fails with what is wrong with its files: %s", async (name, error, cause) => {
  const { path, last } = await told(name);
  expect(path.slice(-3)).toEqual(["ReportFailure", "MayMend", "Failed"]);
  expect(last).toMatchObject({ status: "FAILED", error, cause: expect.stringContaining(cause) });
});

it("takes the first title when nobody answers, and gives up after two bad pictures", async () => {
  const { path, last, visits } = await told("unanswered");
  const chosen = visits.find(({ state }) => state === "ReportChosen")!;
  expect(chosen.variables).toMatchObject({ title: "A title", reply: { by: { id: "system" } } });
  expect(path.filter((name) => name === "DrawPicture")).toHaveLength(2);
  expect(path.at(-1)).toBe("DrawAgain");
  expect(last.cause).toContain("It is NotAPicture");
});

it("comes to every state in one of these stories", async () => {
  const seen = new Set((await allVisits()).map(({ state }) => state));
  expect([...states.keys()].filter((name) => !seen.has(name))).toEqual([]);
});

/** A visit of a state, to begin another test with what it began with. */
async function visitOf(name: string): Promise<Visit> {
  const found = (await allVisits()).find(({ state }) => state === name);
  if (!found) throw new Error(`nobody came to ${name}`);
  return found;
}

/** What becomes of a failure again and again: how long each retry waits, and then the answer; and what took it. */
interface Course {
  readonly waits: readonly number[];
  readonly answer: TestAnswer;
  readonly handlers: readonly string[];
}

const courses = new Map<string, Promise<Course>>();

function courseOf(name: string, mock: Mock): Promise<Course> {
  const key = JSON.stringify([name, mock]);
  const course = courses.get(key) ?? failing(name, mock);
  courses.set(key, course);
  return course;
}

async function failing(name: string, mock: Mock): Promise<Course> {
  const visit = await visitOf(name);
  const waits: number[] = [];
  for (;;) {
    const answer = await test(name, visit, mock, waits.length);
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
const works = ["Probe", "PrepareOnLambda", "ReadTranscript"];
const twice = [1, 2];

const ofCallboard = onward.map((name) => [name, fault("EventBridge.FailedEntry")] as const);
const ofFiles = works.flatMap((name) => faultNames.map((error) => [name, error] as const));
const ofServices: readonly (readonly [
  state: string,
  error: string,
  waits: readonly number[],
  then: string,
])[] = [
  ...works.flatMap((name) => [
    [name, "Lambda.ServiceException", twice, fails] as const,
    [name, "States.Timeout", twice, fails] as const,
  ]),
  ["PrepareOnFargate", "ECS.ThrottlingException", [5, 10], fails],
  ["PrepareOnFargate", "States.TaskFailed", [], fails],
  ["StartTranscription", "Transcribe.ConflictException", [], "WaitForTranscription"],
  ["StartTranscription", "Transcribe.BadRequestException", [], fails],
  ["StartTranscription", "Transcribe.LimitExceededException", twice, fails],
  ["PollTranscription", "Transcribe.InternalFailureException", twice, fails],
  ["AskBedrock", "BedrockRuntime.ThrottlingException", twice, "ReportBedrockFailed"],
  ["AskEndpoint", "States.Http.StatusCode.500", twice, "ReportEndpointFailed"],
  ["Ask", "States.HeartbeatTimeout", [5, 10, 20], fails],
  ["Ask", "EventBridge.FailedEntry", [5, 10, 20], fails],
  ["Ask", "States.Timeout", [], "CloseUnanswered"],
  ["DescribePicture", "BedrockRuntime.ThrottlingException", twice, fails],
  ["DrawPicture", "Bedrock.ThrottlingException", twice, fails],
  ["StoreAvatar", "NotAPicture", [], "DrawAgain"],
  ["StoreAvatar", "Lambda.ServiceException", twice, fails],
  ["ProposeTitles", "States.DataLimitExceeded", [], fails],
];
const ofModels = [
  ["AskBedrock", says("I would rather not"), "ReportBedrockFailed"],
  ["AskBedrock", says('[{"title": " "}]'), "ReportBedrockFailed"],
  ["AskEndpoint", answers("{}"), "ReportEndpointFailed"],
  ["DescribePicture", says(" "), fails],
] as const;

describe("a failure", () => {
  it.each(ofCallboard)(
    "of Callboard never fails the work: %s is tried three times, and the work goes on",
    async (name, mock) => {
      const { answer: well } = await visitOf(name);
      const { waits, answer } = await courseOf(name, mock);
      expect(waits).toEqual([1, 2, 4]);
      expect(answer).toMatchObject({ status: "CAUGHT_ERROR", nextState: well.nextState });
      expect(answer.variables).toEqual(well.variables);
    },
  );

  it.each(ofFiles)("of the files themselves is told at once: %s, %s", async (name, error) => {
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
    "of a model to say something of use has it asked once more: %s, %j",
    async (name, mock, then) => {
      const { waits, answer } = await courseOf(name, mock);
      expect(waits).toEqual([1]);
      expect(answer.error).toBe("States.QueryEvaluationError");
      expect(answer.nextState ?? fails).toBe(then);
    },
  );

  it("is tried here for every retrier and every catcher there is", async () => {
    const tried = await Promise.all([
      ...[...ofCallboard, ...ofModels].map(([name, mock]) => courseOf(name, mock)),
      ...[...ofFiles, ...ofServices].map(([name, error]) => courseOf(name, fault(error))),
    ]);
    const took = new Set(tried.flatMap(({ handlers }) => handlers));
    const all = [...states].flatMap(([name, { Retry = [], Catch = [] }]) => [
      ...Retry.map((_, at) => `${name}: Retry ${at}`),
      ...Catch.map((_, at) => `${name}: Catch ${at}`),
    ]);
    expect(all.length).toBeGreaterThan(60);
    expect(all.filter((handler) => !took.has(handler))).toEqual([]);
  });
});
