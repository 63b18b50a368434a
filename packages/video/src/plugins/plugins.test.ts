import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import {
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidArn,
  type SFNClient,
  ValidationException,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { durationLimitPlugin, judgeDuration, MAX_MS } from "./duration-limit.ts";
import type { PluginEvent } from "./plugin.ts";
import { type ProcessingEnded, titlePlugin } from "./title-and-description.ts";

const event = (durationmillis?: number): PluginEvent => ({
  "detail-type": "preValidate.duration-limit",
  detail: {
    video: { id: "v_1", ...(durationmillis === undefined ? {} : { durationmillis }) },
    taskToken: "handle",
  },
});

function bus(code?: string) {
  const put: { source: string; detail: unknown }[] = [];
  const client = {
    async send({ input }: { input: { Entries: { Source: string; Detail: string }[] } }) {
      for (const { Source, Detail } of input.Entries)
        put.push({ source: Source, detail: JSON.parse(Detail) });
      return { Entries: [code ? { ErrorCode: code } : { EventId: "1" }] };
    },
  } as unknown as EventBridgeClient;
  return { put, client };
}

describe("the duration limit", () => {
  it.each([
    [1, true],
    [MAX_MS, true],
    [MAX_MS + 1, false],
    [0, false],
    [-1, false],
    [undefined, false],
    ["60000", true],
    ["14400001", false],
    ["", false],
    ["a minute", false],
    [null, false],
    [Number.NaN, false],
  ])("says whether %s ms are valid: %s", (ms, valid) => {
    expect(judgeDuration(ms).valid).toBe(valid);
  });

  it("answers with its verdict and the given token", async () => {
    const { put, client } = bus();
    await durationLimitPlugin(client)(event(1000));
    expect(put).toEqual([
      {
        source: "serverlessVideo.plugin.duration-limit",
        detail: { TaskToken: "handle", Message: { valid: true } },
      },
    ]);
  });

  it("fails, to be tried again, when the bus refuses its answer", async () => {
    const { client } = bus("ThrottlingException");
    await expect(durationLimitPlugin(client)(event(1000))).rejects.toThrow("ThrottlingException");
  });
});

describe("title and description", () => {
  const arn = (name: string) => `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`;
  const gone = () => new ExecutionDoesNotExist({ message: "none", $metadata: {} });

  /** Step Functions with the executions of these state machines, by their inputs. */
  function stage(inputs: Record<string, object>, refusal: () => Error = gone) {
    const { put, client } = bus();
    const started: object[] = [];
    const sfn = {
      async send({ input }: { input: { executionArn?: string; name?: string; input?: string } }) {
        if (input.executionArn) {
          const found = inputs[input.executionArn.split(":")[6]!];
          if (!found) throw refusal();
          return { input: JSON.stringify(found) };
        }
        if (inputs["post-processing"])
          throw new ExecutionAlreadyExists({ message: "there is one", $metadata: {} });
        started.push({ name: input.name, input: JSON.parse(input.input!) });
        return {};
      },
    } as unknown as SFNClient;
    const plugin = titlePlugin({
      bus: client,
      sfn,
      postProcessingArn: arn("post-processing"),
      recordingArn: arn("recording"),
    });
    return { plugin, started, messages: () => put.map(({ detail }) => detail) };
  }

  const uploaded = { subject: "video/v_1", owners: ["user/ana"] };

  it("starts the post-processing of an upload with the handle, and does not answer yet", async () => {
    const { plugin, started, messages } = stage({ recording: uploaded });
    await plugin(event());
    expect(started).toEqual([{ name: "v_1", input: { ...uploaded, plugin: { taskToken: "handle" } } }]);
    expect(messages()).toEqual([]);
  });

  it("does nothing when its event comes again", async () => {
    const running = { ...uploaded, plugin: { taskToken: "handle" } };
    const { plugin, messages } = stage({ recording: uploaded, "post-processing": running });
    await plugin(event());
    expect(messages()).toEqual([]);
  });

  it.each([
    ["was not uploaded here", {}, "The video was not uploaded here"],
    [
      "is processed for another turn",
      { recording: uploaded, "post-processing": { ...uploaded, plugin: { taskToken: "other" } } },
      "The video is processed already",
    ],
    [
      "is processed without one",
      { recording: uploaded, "post-processing": uploaded },
      "The video is processed already",
    ],
  ])("fails at once for a video that %s", async (_, inputs, reason) => {
    const { plugin, messages } = stage(inputs);
    await plugin(event());
    expect(messages()).toEqual([{ TaskToken: "handle", Message: { failed: true, reason } }]);
  });

  it.each([InvalidArn, ValidationException])(
    "fails at once for a video whose id cannot name an execution: %o",
    async (Refusal) => {
      const { plugin, messages } = stage({}, () => new Refusal({ message: "no such name", $metadata: {} }));
      await plugin(event());
      const reason = "The video was not uploaded here";
      expect(messages()).toEqual([{ TaskToken: "handle", Message: { failed: true, reason } }]);
    },
  );

  it("fails for other errors of Step Functions, to be tried again", async () => {
    const { plugin, messages } = stage({}, () => new Error("no network"));
    await expect(plugin(event())).rejects.toThrow("no network");
    expect(messages()).toEqual([]);
  });

  it.each([
    ["SUCCEEDED", { outcome: "finished", title: "T", description: "D" }, { title: "T", description: "D" }],
    ["SUCCEEDED", { outcome: "rejected" }, { failed: true, reason: "Its creator rejected the titles" }],
    ["FAILED", undefined, { failed: true, reason: "The post-processing failed" }],
    ["TIMED_OUT", undefined, { failed: true, reason: "The post-processing failed" }],
    ["ABORTED", undefined, { failed: true, reason: "The post-processing was stopped" }],
  ])("answers for the end %s of the post-processing %j", async (status, output, Message) => {
    const { plugin, messages } = stage({});
    const input = JSON.stringify({ ...uploaded, plugin: { taskToken: "handle" } });
    const ended: ProcessingEnded = {
      source: "aws.states",
      detail: { status, input, output: output ? JSON.stringify(output) : null },
    };
    await plugin(ended);
    expect(messages()).toEqual([{ TaskToken: "handle", Message }]);
  });

  it("ignores executions that no plugin's turn has started", async () => {
    const { plugin, messages } = stage({});
    const input = JSON.stringify(uploaded);
    await plugin({ source: "aws.states", detail: { status: "SUCCEEDED", input, output: "{}" } });
    expect(messages()).toEqual([]);
  });
});
