import { expect, it } from "vitest";
import { AwsError } from "../endpoint/aws-json.ts";
import { awsSdk } from "./aws-sdk.ts";
import { callTask, patternsOf } from "./testing/call.ts";

it("passes the arguments to the action and its answer to the state", async () => {
  const sdk = awsSdk("transcribe", "Transcribe", {
    startTranscriptionJob: async (request) => ({ TranscriptionJob: request }),
  });
  expect(
    await callTask(sdk, "aws-sdk:transcribe:startTranscriptionJob", { TranscriptionJobName: "j" }),
  ).toEqual({
    TranscriptionJob: { TranscriptionJobName: "j" },
  });
});

it("names a service's exception after the service", async () => {
  const named = async (cause: Error) =>
    callTask(awsSdk("s3", "S3", { getObject: () => Promise.reject(cause) }), "aws-sdk:s3:getObject", {});
  await expect(named(new AwsError("NotFoundException", "no job", 404))).rejects.toMatchObject({
    error: "S3.NotFoundException",
    detail: "no job (Service: S3, Status Code: 404)",
  });
  const fromSdk = Object.assign(new Error("no key"), {
    name: "NoSuchKey",
    $metadata: { httpStatusCode: 404 },
  });
  await expect(named(fromSdk)).rejects.toMatchObject({
    error: "S3.NoSuchKeyException",
    detail: "no key (Service: S3, Status Code: 404)",
  });
});

it("leaves errors unchanged that are not service exceptions", async () => {
  const broken = awsSdk("s3", "S3", { getObject: () => Promise.reject(new TypeError("a bug")) });
  await expect(callTask(broken, "aws-sdk:s3:getObject", {})).rejects.toBeInstanceOf(TypeError);
});

it("serves any action with a token or without, and none with .sync", () => {
  const sdk = awsSdk("s3", "S3", { getObject: async () => ({}) });
  expect(patternsOf(sdk, "aws-sdk:s3:getObject")).toEqual(["request", "waitForTaskToken"]);
  expect(patternsOf(sdk, "aws-sdk:s3:putObject")).toEqual([]);
});
