import { CreateConnectionCommand } from "@aws-sdk/client-eventbridge";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { SendTaskSuccessCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSampleStage, published, type SampleStage } from "./sample-stage.ts";

/** The substitutions of its deployment. */
const filled = {
  connection: '"arn:aws:events:us-east-1:000000000000:connection/x/1"',
  endpoint: '"https://api.example.com"',
};
const definition = published("genai-prompt-chaining-hitl/src/workflow.asl.json");
const captions = "WEBVTT\n\n00:00.000 --> 00:04.000\nA queue is kinder to a database than a lock.\n";

describe.runIf(definition)("the public workflow that asks a person for a title", () => {
  let stage: SampleStage;
  let machine: string;
  beforeAll(async () => {
    stage = await openSampleStage();
    const { ConnectionArn } = await stage.aws.bus.send(
      new CreateConnectionCommand({
        Name: "model",
        AuthorizationType: "API_KEY",
        AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: "authorization", ApiKeyValue: "Bearer key" } },
      }),
    );
    const endpoint = `${stage.callboard.addresses.aws}/models/v1/chat/completions`;
    const text = definition!
      .replace(filled.connection, JSON.stringify(ConnectionArn))
      .replace(filled.endpoint, JSON.stringify(endpoint));
    machine = await stage.create(text, "title");
    await stage.putObject("callboard", "talks/captions.vtt", captions);
  });
  afterAll(() => stage?.close());

  const answer = (taskToken: string, output: object) =>
    stage.aws.sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));

  it("asks two models, then a person, again on request, and draws for the chosen title", async () => {
    const run = await stage.start(machine, { input: { key: "talks/talk.mp4", topic: "t" } }, "chosen");
    const [first] = await stage.tokens(run, 1);
    await answer(first!, { approved: "no", message: "regenerate" });
    const [, second] = await stage.tokens(run, 2);
    const asked = (await stage.aws.history(run)).flatMap(({ taskScheduledEventDetails: task }) =>
      task?.parameters?.includes("taskToken") ? [JSON.parse(task.parameters)] : [],
    );
    for (const { Payload } of asked) {
      const [bedrock, other] = Payload.response_payload;
      expect(JSON.parse(bedrock.Bedrock.model_response)).toMatchObject({
        title: expect.stringContaining("ueue"),
      });
      expect(other.publicmodel).toMatchObject({
        model: "gpt-3.5-turbo",
        model_response: expect.stringContaining("title"),
      });
    }
    await answer(second!, { approved: "yes", message: { title: "Queues" } });
    expect(await stage.ended(run)).toEqual({
      status: "SUCCEEDED",
      output: { told: "avatar", downloadURL: "s3://callboard/avatar/talks/talk.mp4.png" },
    });
    const picture = await stage.s3.send(
      new GetObjectCommand({ Bucket: "callboard", Key: "avatar/talks/talk.mp4.png" }),
    );
    expect(await picture.Body!.transformToString()).toContain("Queues");
  });

  it("fails if there is nothing to transcribe, as its definition says", async () => {
    const run = await stage.start(machine, { input: { key: "mute/talk.mp4" } });
    expect(await stage.ended(run, 10_000)).toEqual({ status: "FAILED" });
  });

  it("fails, once it was tried again, when the model outside AWS has no connection", async () => {
    const away = await stage.create(definition!, "title-away");
    const run = await stage.start(away, { input: { key: "talks/talk.mp4" } });
    expect(await stage.ended(run, 10_000)).toMatchObject({
      status: "FAILED",
      error: "Events.ConnectionResource.ResourceNotFound",
    });
  });
});
