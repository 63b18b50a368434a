import type { RequestId, RequestValue } from "@callboard/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { lifeCycle } from "./life-cycle.ts";
import { arn, openSampleStage, published, type SampleStage } from "./sample-stage.ts";

let stage: SampleStage;
beforeAll(async () => {
  stage = await openSampleStage();
  const functionArn = (name: string) => arn("lambda", `function:${name}`);
  const hooks = ["preValidate.", "postValidate.", "preMetadata.", "postMetadata."].map((prefix) => ({
    prefix,
  }));
  await stage.rule(
    "sample-plugins",
    { source: ["serverlessVideo.pluginManager"], "detail-type": hooks },
    functionArn("sample-plugins"),
  );
  await stage.rule("complete", { "detail-type": ["plugin-complete"] }, functionArn("complete"));
});
afterAll(() => stage?.close());

const detail = {
  id: "v7",
  channel_name: "chan",
  author: "ana",
  createdAt: "2026-01-01T00:00:00Z",
  durationmillis: 60_000,
  thumbnail: "thumb.jpg",
  playback_url: "play.mp4",
  stream_url: "master.m3u8",
  recording_s3_key_prefix: "ivs/v7",
  height: 720,
  width: 1280,
};

type Inbox = ReturnType<ReturnType<SampleStage["person"]>["channel"]>;

/** A question that waits for an answer, if an inbox has one. */
function openQuestion(inbox: Inbox): { requestId: RequestId; round: number } | undefined {
  const requests = [...inbox.items.values()].filter(({ key }) => key.startsWith("request/"));
  return (
    requests.map(({ value }) => value as RequestValue | null).find((value) => value !== null) ?? undefined
  );
}

/** ServerlessVideo's own, if it is available, and one of ours with the same structure. */
const definitions: [string, string | undefined, string][] = [
  ["of our own", JSON.stringify(lifeCycle("OwnHooks")), "OwnHooks"],
  [
    "of ServerlessVideo",
    published("pluginManager-extensionService/statemachine/workflow.asl.json"),
    "DDBTable",
  ],
];

describe.each(definitions)("the life cycle of plugins %s", (name, definition, table) => {
  const suite = describe.runIf(definition);
  suite("with its plugins in a table", () => {
    let machine: string;
    const hook = (PK: string, SK: string) => ({ PK, SK });
    beforeAll(async () => {
      await stage.table(table, "PK", "SK");
      machine = await stage.create(definition ?? "", name.replaceAll(" ", "-"));
    });
    beforeEach(() => stage.empty(table));

    it("waits for each plugin of each hook, and reports their answers at its end", async () => {
      await stage.fill(table, [
        hook("preValidate", "duration"),
        hook("postValidate", "log"),
        hook("preMetadata", "tags"),
        hook("postMetadata", "titles"),
        hook("postMetadata", "stats"),
      ]);
      const heard = await stage.listen({
        source: ["serverlessVideo.pluginManager"],
        "detail-type": [{ prefix: "LifeCycle" }],
      });
      expect(await stage.ended(await stage.start(machine, { detail }))).toMatchObject({
        status: "SUCCEEDED",
      });
      const [started, complete] = await heard();
      expect([started?.type, complete?.type]).toEqual(["LifeCycleStarted", "LifeCycleComplete"]);
      const { plugins } = complete!.detail as { plugins: Record<string, { OutputKey: string }[]> };
      const keys = Object.entries(plugins).map(([at, all]) => [
        at,
        all.map(({ OutputKey }) => OutputKey).sort(),
      ]);
      expect(Object.fromEntries(keys)).toEqual({
        preValidate: ["plugin-duration"],
        postValidate: ["plugin-log"],
        preMetadata: ["plugin-tags"],
        postMetadata: ["plugin-stats", "plugin-titles"],
      });
    });

    it("continues with the answer of a person whom a plugin has asked through Callboard", async () => {
      await stage.fill(table, [hook("postMetadata", "person")]);
      const ana = stage.person("ana", "creator");
      const run = await stage.start(machine, { detail: { ...detail, id: `v-${table}` } });
      const view = ana.channel("inbox:user/ana");
      view.follow(() => {});
      const { requestId, round } = await stage.until(() => openQuestion(view));
      const receipt = ana.reply({ requestId, round, verb: "approve" });
      await stage.until(() => (openQuestion(view) ? undefined : true));
      expect(await receipt).toMatchObject({ status: "accepted" });
      expect(await stage.ended(run)).toMatchObject({ status: "SUCCEEDED" });
      const answers = (await stage.aws.history(run)).flatMap(({ taskSucceededEventDetails: task }) =>
        task?.output?.includes("replyId") ? [JSON.parse(task.output)] : [],
      );
      expect(answers).toMatchObject([{ verb: "approve", by: { id: "ana" } }]);
      ana.close();
    });

    it("ends early, and says why, when a plugin finds the video invalid", async () => {
      await stage.fill(table, [hook("preValidate", "strict"), hook("postMetadata", "titles")]);
      const heard = await stage.listen({ "detail-type": ["LifeCycleComplete", "postMetadata.titles"] });
      expect(await stage.ended(await stage.start(machine, { detail }))).toMatchObject({
        status: "SUCCEEDED",
      });
      expect(await heard()).toMatchObject([
        { type: "LifeCycleComplete", detail: { plugins: { status: "invalid", cause: "plugin-strict" } } },
      ]);
    });

    it("continues without a plugin that does not answer, once its heartbeat is missed", async () => {
      await stage.fill(table, [hook("postValidate", "silent"), hook("postMetadata", "titles")]);
      const heard = await stage.listen({ "detail-type": ["LifeCycleComplete"] });
      expect(await stage.ended(await stage.start(machine, { detail }), 2000)).toMatchObject({
        status: "SUCCEEDED",
      });
      expect(await heard()).toMatchObject([
        { detail: { plugins: { postMetadata: [{ OutputKey: "plugin-titles" }] } } },
      ]);
    });

    it("fails if the table of its plugins is missing", async () => {
      const elsewhere = await stage.create((definition ?? "").replaceAll(`"${table}"`, '"Nowhere"'));
      expect(await stage.ended(await stage.start(elsewhere, { detail }))).toMatchObject({
        status: "FAILED",
        error: "DynamoDb.ResourceNotFoundException",
      });
    });
  });
});

const titles = published("generateTitle_plugin/workflow/statemachine.asl.json");
it.runIf(titles)("returns the title of ServerlessVideo's plugin", async () => {
  const heard = await stage.listen({ source: ["serverlessVideo.plugin.generateTitle"] });
  const input = { detail: { video: { id: "v7" }, taskToken: "t" } };
  expect(await stage.ended(await stage.start(await stage.create(titles!), input))).toMatchObject({
    status: "SUCCEEDED",
  });
  expect(await heard()).toEqual([
    { type: "plugin-complete", detail: { Message: { title: "A title for v7" }, TaskToken: "t" } },
  ]);
});

const tester = published("plugin_tester/workflow/statemachine.asl.json");
describe.runIf(tester)("ServerlessVideo's tester of plugins", () => {
  it.each([
    ["preValidate", "duration", { status: "SUCCEEDED" }],
    ["postMetadata", "titles", { status: "SUCCEEDED" }],
    ["postValidate", "silent", { status: "FAILED", cause: expect.stringContaining("within the time limt") }],
    ["never", "duration", { status: "FAILED", error: "EventHookfailure" }],
  ])("tries one at %s: %s", async (eventHook, pluginTitle, outcome) => {
    const machine = await stage.create(tester!);
    const run = await stage.start(machine, { eventHook, pluginTitle, id: "v7" });
    expect(await stage.ended(run, 5000)).toMatchObject(outcome);
  });
});
