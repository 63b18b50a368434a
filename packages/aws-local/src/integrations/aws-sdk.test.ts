import { expect, it } from "vitest";
import { AwsError } from "../endpoint/aws-json.ts";
import { awsSdk } from "./aws-sdk.ts";
import { callTask } from "./call.fixture.ts";

it("hands the arguments to the action and its answer to the state", async () => {
  const start = awsSdk("Transcribe", async (request) => ({ TranscriptionJob: request }));
  expect(await callTask(start, { TranscriptionJobName: "j" })).toEqual({
    TranscriptionJob: { TranscriptionJobName: "j" },
  });
});

it("names a service's exception after the service", async () => {
  const named = async (cause: Error) =>
    callTask(
      awsSdk("S3", async () => Promise.reject(cause)),
      {},
    );
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

it("leaves what is no service exception as it is", async () => {
  const broken = awsSdk("S3", async () => Promise.reject(new TypeError("a bug")));
  await expect(callTask(broken, {})).rejects.toBeInstanceOf(TypeError);
});
