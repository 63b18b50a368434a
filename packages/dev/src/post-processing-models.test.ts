import { type IntegrationCall, TaskFailure } from "@callboard/aws-local";
import type { FeedbackRequested } from "@callboard/protocol";
import { afterEach, expect, it } from "vitest";
import {
  type Fault,
  type PostProcessingStage,
  postProcessingStage,
  reply,
  type StageOptions,
} from "./testing/post-processing.ts";

let open: PostProcessingStage | undefined;
afterEach(async () => {
  await open?.strike();
  open = undefined;
});

async function stageWith(options?: StageOptions): Promise<PostProcessingStage> {
  open = await postProcessingStage(options);
  return open;
}

/** The stage's name of the model outside AWS, which these tests break. */
const model = "stand-in";
const restMs = 300_000;
const usable = JSON.stringify({ candidates: [{ title: "A title" }] });
const unusable = "I would rather not.";

/** Starts a run of captions alone. */
async function begin(stage: PostProcessingStage, lang?: "en" | "ja"): Promise<string> {
  const videoId = await stage.upload([{ fileName: "talk.vtt", body: await stage.sample("talk.vtt") }]);
  const started = await stage.start(videoId, lang ? { lang } : {});
  if (started.kind !== "started") throw new Error(started.kind);
  return started.executionArn;
}

const ownOf = ({ candidates }: FeedbackRequested) =>
  candidates!.filter(({ id }) => id.startsWith("endpoint-")).map(({ title }) => title);
const asksOf = (stage: PostProcessingStage, state = "AskEndpoint") =>
  stage.calls.filter(({ stateName }) => stateName === state);
const messagesOf = ({ arguments: given }: IntegrationCall) =>
  (given as { RequestBody: { messages: { role: string; content: string }[] } }).RequestBody.messages;
const told = (stage: PostProcessingStage) => stage.events.map(({ detail }) => String(detail.message));

const down: Fault = ({ stateName }) => {
  if (stateName === "AskEndpoint") throw new TaskFailure("States.Http.StatusCode.503", "Service Unavailable");
  return undefined;
};

it.each([
  ["only prose", unusable, "it holds no JSON"],
  ["nothing", "", "it holds no JSON"],
  ["a comma behind the last item", '{"candidates":[{"title":"A","description":"B"},]}', "cannot be read"],
  ["curly quotes", "{“candidates”:[{“title”:“A”}]}", "cannot be read"],
  ["a truncated list", '{"candidates":[{"title":"A"},{"title":"B', "cannot be read"],
  ["a truncated object", '```json\n{"candidates":[{"title":"A', "breaks off before its end"],
  ["braces in the words before it", 'For {talk}: {"candidates":{"title":"A"}}', "cannot be read"],
  ["JSON of another form", '{"titles":["A"]}', "holds no candidates with a title"],
  ["empty titles", '{"candidates":[{"title":" "}]}', "holds no candidates with a title"],
])("asks again with the answer and what is wrong with it, when it is %s", async (_, said, issue) => {
  const stage = await stageWith({ said: [said, usable] });
  await begin(stage);
  const question = await stage.question();
  expect(ownOf(question)).toEqual(["A title"]);
  const [first, second, ...more] = asksOf(stage).map(messagesOf);
  expect(more).toEqual([]);
  expect(second).toEqual([
    ...first!,
    { role: "assistant", content: said === "" ? "(nothing)" : said },
    { role: "user", content: expect.stringContaining(issue) },
  ]);
  expect(await stage.breaker(model)).toBeUndefined();
});

it.each([
  ["a fence within a text", '```json\n{"candidates":[{"title":"A","description":"```x```"}]}\n```'],
  ["braces in the words before a list", 'For {talk}: {"candidates":[{"title":"A"}]}'],
])("accepts an answer at once that has %s", async (_, said) => {
  const stage = await stageWith({ said });
  await begin(stage);
  expect(ownOf(await stage.question())).toEqual(["A"]);
  expect(asksOf(stage)).toHaveLength(1);
});

it("accepts a third answer, which was requested with the second and its problem", async () => {
  const stage = await stageWith({ said: [unusable, '{"titles":[]}', usable] });
  await begin(stage);
  expect(ownOf(await stage.question())).toEqual(["A title"]);
  const asked = asksOf(stage).map(messagesOf);
  expect(asked.map((messages) => messages.length)).toEqual([1, 3, 3]);
  expect(asked[2]![1]!.content).toBe('{"titles":[]}');
});

it("fails after the third unusable answer; the other model proposes", async () => {
  const stage = await stageWith({ said: unusable });
  await begin(stage);
  const question = await stage.question();
  expect(question.candidates!.map(({ id }) => id)).toEqual(["bedrock-1-1", "bedrock-1-2", "bedrock-1-3"]);
  expect(asksOf(stage)).toHaveLength(3);
  expect(stage.steps().models).toMatchObject({
    message: "3 titles proposed; one of the models did not answer",
  });
  const failure = stage.events.find(({ detail }) => detail.state === "running" && detail.step === "models")!;
  expect(failure.detail).toMatchObject({
    cause: expect.stringContaining("UnusableAnswer: it holds no JSON"),
  });
  expect(await stage.breaker(model)).toMatchObject({ failures: 1 });
});

it("asks Bedrock's model again in the same way", async () => {
  const answers = [unusable, usable];
  const stage = await stageWith({
    textModelAlone: true,
    fault: ({ stateName }) =>
      stateName === "AskBedrock"
        ? { Output: { Message: { Role: "assistant", Content: [{ Text: answers.shift() }] } } }
        : undefined,
  });
  await begin(stage);
  expect((await stage.question()).candidates!.map(({ title }) => title)).toEqual(["A title"]);
  expect(asksOf(stage, "AskBedrock")[1]!.arguments).toMatchObject({
    Messages: [
      { Role: "user" },
      { Role: "assistant", Content: [{ Text: unusable }] },
      { Role: "user", Content: [{ Text: expect.stringContaining("it holds no JSON") }] },
    ],
  });
});

it("pauses a model that has failed three times in a row, and says until when", async () => {
  const stage = await stageWith({ fault: down });
  for (const run of [1, 2, 3]) {
    await begin(stage);
    await stage.question(run);
    expect(await stage.breaker(model)).toMatchObject({ failures: run });
  }
  const asked = asksOf(stage).length;
  const { until } = (await stage.breaker(model))!;
  const time = new Date(until).toISOString().slice(11, 16);
  await begin(stage);
  const question = await stage.question(4);
  expect(asksOf(stage)).toHaveLength(asked);
  expect(ownOf(question)).toEqual([]);
  expect(told(stage)).toContain(`RAKE (stand-in) has failed repeatedly: it is paused until ${time} UTC`);
  expect(stage.steps().models!.message).toBe(
    `3 titles proposed; RAKE (stand-in) is paused until ${time} UTC`,
  );
  await begin(stage, "ja");
  await stage.question(5);
  expect(stage.steps().models!.message).toBe(
    `タイトル案が3件あります（RAKE (stand-in)は${time}（UTC）まで休止中）`,
  );
  expect(await stage.breaker(model)).toEqual({ failures: 3, until });
});

it("counts only failures in a row: an answer resets the count", async () => {
  const stage = await stageWith();
  await stage.setBreaker(model, 2, stage.clock.now());
  await begin(stage);
  expect(ownOf(await stage.question())).toHaveLength(3);
  expect(await stage.breaker(model)).toBeUndefined();
});

it.each([
  ["a request that is wrong", "States.Http.StatusCode.400"],
  ["a key that is not valid", "States.Http.StatusCode.401"],
  ["an unknown error", "Boom"],
])("does not count %s as a failure of the model", async (_, error) => {
  const stage = await stageWith({
    fault: ({ stateName }) => {
      if (stateName === "AskEndpoint") throw new TaskFailure(error, "ours");
      return undefined;
    },
  });
  await begin(stage);
  expect(ownOf(await stage.question())).toEqual([]);
  expect(await stage.breaker(model)).toBeUndefined();
});

it("does not count a call that is throttled and answered when it is tried again", async () => {
  let throttled = 0;
  const stage = await stageWith({
    fault: ({ stateName }) => {
      if (stateName === "AskEndpoint" && throttled++ === 0)
        throw new TaskFailure("States.Http.StatusCode.429", "Too Many Requests");
      return undefined;
    },
  });
  await begin(stage);
  expect(ownOf(await stage.question())).toHaveLength(3);
  expect(await stage.breaker(model)).toBeUndefined();
});

it("lets one of twenty executions ask that see the end of the pause at the same moment", async () => {
  let seen = 0;
  let openGate = () => {};
  const gate = new Promise<void>((open) => (openGate = open));
  const over = Date.now() - 1000;
  const stage = await stageWith({
    fault: (call) => {
      if (call.stateName !== "CheckEndpoint" || ++seen > 20) return down(call);
      if (seen === 20) openGate();
      return gate.then(() => ({ Item: { failures: { N: "3" }, until: { N: `${over}` } } }));
    },
  });
  await stage.setBreaker(model, 3, over);
  await Promise.all(Array.from({ length: 20 }, () => begin(stage)));
  await stage.question(20);
  expect(stage.counts()).toMatchObject({ ProbeEndpoint: 20, CheckEndpoint: 39 });
  expect(new Set(asksOf(stage).map(({ executionArn }) => executionArn)).size).toBe(1);
  const resting = told(stage).filter((message) => message.includes("it is paused until"));
  expect(resting).toHaveLength(19);
  expect(await stage.breaker(model)).toMatchObject({ failures: 4 });
}, 60_000);

it("asks normally again once a probe was answered", async () => {
  const stage = await stageWith();
  await stage.setBreaker(model, 7, stage.clock.now() - 1);
  await begin(stage);
  expect(ownOf(await stage.question())).toHaveLength(3);
  expect(await stage.breaker(model)).toBeUndefined();
  await begin(stage);
  expect(ownOf(await stage.question(2))).toHaveLength(3);
  expect(stage.counts()).toMatchObject({ ProbeEndpoint: 1, AskEndpoint: 2 });
});

it("sends another probe after the timeout of one that has died", async () => {
  let dies = true;
  const stage = await stageWith({
    fault: ({ stateName, signal }) =>
      stateName === "AskEndpoint" && dies
        ? new Promise((_, fail) => signal.addEventListener("abort", () => fail(new Error("stopped"))))
        : undefined,
  });
  await stage.setBreaker(model, 3, stage.clock.now() - 1);
  const first = await begin(stage);
  await stage.called("AskEndpoint");
  await stage.stop(first);
  dies = false;
  await begin(stage);
  expect(ownOf(await stage.question(1))).toEqual([]);
  await stage.clock.advance(restMs);
  await begin(stage);
  expect(ownOf(await stage.question(2))).toHaveLength(3);
  expect(asksOf(stage)).toHaveLength(2);
});

it("waits for the end of the pause when no model may be asked before", async () => {
  const stage = await stageWith();
  const until = stage.clock.now() + 120_000;
  for (const one of [model, "stand-in.text"]) await stage.setBreaker(one, 3, until);
  await begin(stage);
  const question = await stage.question();
  expect(question.candidates).toHaveLength(6);
  expect(stage.clock.now()).toBeGreaterThanOrEqual(until);
  const time = new Date(until).toISOString().slice(11, 16);
  expect(told(stage)).toContain(`No model answered: asking once more at ${time} UTC`);
  await stage.answer(question, reply("approve"));
  expect(await stage.end()).toMatchObject({ status: "SUCCEEDED" });
});

it("asks the models although their pauses cannot be read", async () => {
  const stage = await stageWith({
    fault: ({ resource }) => {
      if (resource.includes(":dynamodb:"))
        throw new TaskFailure("DynamoDB.AmazonDynamoDBException", "denied");
      return undefined;
    },
  });
  await begin(stage);
  expect((await stage.question()).candidates).toHaveLength(6);
});
