import { expect, it } from "vitest";
import { bedrockTasks, type InvokeModel } from "./bedrock-invoke-model.ts";
import { callTask } from "./testing/call.ts";

const MODEL = "bedrock:invokeModel";

const echo: InvokeModel = async ({ modelId, body }) => ({
  body: { modelId, body },
  contentType: "application/json",
});

function objects(held: Record<string, string> = {}) {
  const stored = new Map(Object.entries(held));
  return {
    stored,
    read: async (bucket: string, key: string) => {
      const text = stored.get(`${bucket}/${key}`);
      return text === undefined ? undefined : { body: Buffer.from(text) };
    },
    write: async (bucket: string, key: string, body: Uint8Array | string) => {
      stored.set(`${bucket}/${key}`, Buffer.from(body).toString());
    },
  };
}

it("gives the model's answer in Body", async () => {
  expect(
    await callTask(bedrockTasks(echo, objects()), MODEL, { ModelId: "m", Body: { prompt: "p" } }),
  ).toEqual({
    Body: { modelId: "m", body: { prompt: "p" } },
    ContentType: "application/json",
  });
});

it("reads its input from S3 and writes its answer there", async () => {
  const s3 = objects({ "media/in.json": '{"prompt":"p"}' });
  const result = await callTask(bedrockTasks(echo, s3), MODEL, {
    ModelId: "m",
    Input: { S3Uri: "s3://media/in.json" },
    Output: { S3Uri: "s3://media/a/out.json" },
  });
  expect(result).toEqual({ Body: "s3://media/a/out.json", ContentType: "application/json" });
  expect(JSON.parse(s3.stored.get("media/a/out.json") ?? "")).toEqual({
    modelId: "m",
    body: { prompt: "p" },
  });
});

it("fails with the model's exception, and on an answer that is too large for a state", async () => {
  const throttled: InvokeModel = async () => {
    throw Object.assign(new Error("slow down"), { name: "ThrottlingException" });
  };
  await expect(
    callTask(bedrockTasks(throttled, objects()), MODEL, { ModelId: "m", Body: {} }),
  ).rejects.toMatchObject({
    error: "Bedrock.ThrottlingException",
  });
  const large: InvokeModel = async () => ({ body: "x".repeat(262_144), contentType: "application/json" });
  await expect(
    callTask(bedrockTasks(large, objects()), MODEL, { ModelId: "m", Body: {} }),
  ).rejects.toMatchObject({
    error: "States.DataLimitExceeded",
  });
});

it("refuses arguments that are not one input for one model", async () => {
  const invoke = bedrockTasks(echo, objects());
  const wrong = [
    { Body: {} },
    { ModelId: "m" },
    { ModelId: "m", Body: {}, Input: { S3Uri: "s3://b/k" } },
    { ModelId: "m", Body: {}, Output: { S3Uri: "b/k" } },
  ];
  for (const input of wrong) {
    await expect(callTask(invoke, MODEL, input)).rejects.toMatchObject({ error: "States.Runtime" });
  }
  await expect(
    callTask(invoke, MODEL, { ModelId: "m", Input: { S3Uri: "s3://b/absent" } }),
  ).rejects.toMatchObject({
    error: "Bedrock.S3Exception",
  });
});
