import { type Mock, stateWalk, type Visit } from "./state-walk.ts";

export const fault = (error: string): Mock => ({
  errorOutput: {
    error,
    cause: JSON.stringify({ errorType: error, errorMessage: `It is ${error}` }),
  },
});
/** A function's result is not text, in Lambda's model. */
const gives = (Payload: unknown): Mock => ({ result: { Payload }, fieldValidationMode: "NONE" });
export const says = (Text: string): Mock => ({
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
/** How a model has answered recently, as its row says. */
const lately = (failures: number, until: number): Mock => ({
  result: { Item: { failures: { N: `${failures}` }, until: { N: `${until}` } } },
});
const done: Mock = { result: {} };

const titles = JSON.stringify({ candidates: [{ title: "A title", description: "About it" }] });
export const unusable = {
  words: "I would rather not.",
  unreadable: `${titles.slice(0, -2)},]}`,
  otherForm: '{"titles":["A title"]}',
} as const;

const video = { bucket: "media", key: "videos/v_1/video.mp4", fileName: "talk.mp4" };
const captions = { bucket: "media", key: "videos/v_1/captions.vtt", fileName: "talk.vtt" };
const started = { subject: "video/v_1", owners: ["user/ana"] };
const probed = { container: "mp4", durationMs: 90_000, sizeBytes: 1, hasSound: true };
const silentProbe = { Probe: [gives({ ...probed, hasSound: false })] };
const longProbe = { Probe: [gives({ ...probed, durationMs: 900_000 })] };

const usual: Readonly<Record<string, readonly Mock[]>> = {
  Probe: [gives(probed)],
  PrepareOnLambda: [gives({})],
  PrepareOnFargate: [done],
  StartTranscription: [job("IN_PROGRESS")],
  PollTranscription: [
    job("IN_PROGRESS"),
    job("COMPLETED", { Subtitles: { SubtitleFileUris: ["s3://media/transcripts/v_1/a.vtt"] } }),
  ],
  ReadTranscript: [gives({ text: "Good day.", words: 2, truncated: false, language: "en" })],
  CheckBedrock: [done],
  CheckEndpoint: [done],
  ProbeBedrock: [done],
  ProbeEndpoint: [done],
  AskBedrock: [says(titles)],
  AskEndpoint: [answers(titles)],
  CloseBedrock: [done],
  CloseEndpoint: [done],
  CountBedrock: [done],
  CountEndpoint: [done],
  Ask: [{ result: { verb: "pick", candidateId: "endpoint-1-1", by: { id: "ana" } } }],
  DescribePicture: [says("A queue of ducks")],
  DrawPicture: [{ result: { Body: "s3://media/avatars/v_1/v_1.json", ContentType: "application/json" } }],
  StoreAvatar: [gives({ key: "avatars/v_1/v_1", mediaType: "image/png" })],
};

/** How much of the models' pause is left in the story of the pause, from its beginning. */
export const REST_LEFT_MS = 60_000;

type Mocks = Readonly<Record<string, readonly Mock[]>>;

/** The differences of each story from the usual one, and the input of its execution; `now` is when it begins. */
const stories = {
  picked: () => [{}, { ...started, video }],
  rejected: () => [
    {
      ...longProbe,
      Ask: [{ result: { verb: "regenerate", comment: " shorter " } }, { result: { verb: "reject" } }],
    },
    { ...started, video },
  ],
  corrected: () => [
    {
      ...silentProbe,
      AskBedrock: [says(unusable.words), says(unusable.otherForm), says(titles)],
      AskEndpoint: [answers(unusable.unreadable), answers(titles)],
    },
    { ...started, captions },
  ],
  unusable: () => [
    {
      ...silentProbe,
      AskBedrock: [says(unusable.unreadable), says(" "), says(unusable.words)],
    },
    { ...started, captions },
  ],
  resting: (now) => [
    {
      ...silentProbe,
      CheckBedrock: [lately(3, now + REST_LEFT_MS)],
      CheckEndpoint: [
        lately(3, now + REST_LEFT_MS),
        lately(3, now + REST_LEFT_MS),
        lately(3, now + 10 * REST_LEFT_MS),
      ],
      ProbeEndpoint: [fault("DynamoDB.ConditionalCheckFailedException")],
      Ask: [{ result: { verb: "reject" } }],
    },
    { ...started, captions },
  ],
  failedProbe: (now) => [
    {
      ...silentProbe,
      CheckEndpoint: [lately(3, now)],
      AskEndpoint: [fault("States.Http.StatusCode.503")],
      Ask: [{ result: { verb: "reject" } }],
    },
    { ...started, captions },
  ],
  silent: () => [
    {
      ...silentProbe,
      AskBedrock: [fault("BedrockRuntime.ThrottlingException")],
      AskEndpoint: [fault("States.Http.Socket")],
    },
    { ...started, captions },
  ],
  speechless: () => [
    { PollTranscription: [job("FAILED", { FailureReason: "No speech" })] },
    { ...started, video },
  ],
  noVideo: () => [{ Probe: [fault("NotAnMp4")] }, { ...started, video }],
  badLongVideo: () => [
    { ...longProbe, PrepareOnFargate: [fault("UnsupportedSound")] },
    { ...started, video },
  ],
  killed: () => [
    { ...longProbe, PrepareOnFargate: [fault("Container.ExitCode.137")] },
    { ...started, video },
  ],
  unanswered: () => [
    { Ask: [fault("States.Timeout")], StoreAvatar: [fault("NotAPicture")] },
    { ...started, video },
  ],
} satisfies Readonly<Record<string, (now: number) => readonly [Mocks, object]>>;
export type Story = keyof typeof stories;

/**
 * Walks the stories of the post-processing, each once, and tests any of their states again from where a story reached
 * it.
 */
export function postProcessingStories() {
  const { test, walk, now, close } = stateWalk();
  const walks = new Map<Story, Promise<Visit[]>>();

  const visitsOf = (story: Story): Promise<Visit[]> => {
    const walked = walks.get(story);
    if (walked) return walked;
    const [mocks, input] = stories[story](now());
    const walking = walk({ ...usual, ...mocks }, input);
    walks.set(story, walking);
    return walking;
  };

  /** One story after the other, because they share a clock. */
  const allVisits = async (): Promise<Visit[]> => {
    const all: Visit[] = [];
    for (const story of Object.keys(stories) as Story[]) all.push(...(await visitsOf(story)));
    return all;
  };

  return {
    test,
    close,
    allVisits,
    /** The names of the states that a story reaches, in order, the result of the last one, and all its visits. */
    pathOf: async (story: Story) => {
      const visits = await visitsOf(story);
      return { path: visits.map(({ state }) => state), last: visits.at(-1)!.answer, visits };
    },
    /** The first visit of a state, whose input can start another test. */
    visitOf: async (name: string): Promise<Visit> => {
      const found = (await allVisits()).find(({ state }) => state === name);
      if (!found) throw new Error(`no story reached ${name}`);
      return found;
    },
  };
}
