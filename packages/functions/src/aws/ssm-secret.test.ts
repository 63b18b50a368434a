import { expect, it } from "vitest";
import { noRetries, type RecordedAnswer, recordedService } from "../testing/recorded-service.ts";
import { jsonService } from "./json/service.ts";
import { ssmSecret } from "./ssm-secret.ts";

/** A parameter store that gives these answers, one after the other. */
function stage(...answers: RecordedAnswer[]) {
  const service = recordedService((_, nth) => answers[nth]!);
  const ssm = jsonService<"AmazonSSM">({ transport: service.transport, retries: noRetries });
  return { secret: ssmSecret(ssm, "callboard-dev-smtp-password"), calls: service.calls };
}

const holds = (Value: string): RecordedAnswer => ({ body: { Parameter: { Type: "SecureString", Value } } });

it("reads the parameter once, decrypted", async () => {
  const { secret, calls } = stage(holds("s3cret"));
  expect(await Promise.all([secret(), secret()])).toEqual(["s3cret", "s3cret"]);
  expect(await secret()).toBe("s3cret");
  expect(calls.map(({ operation, body }) => [operation, JSON.parse(body)])).toEqual([
    ["GetParameter", { Name: "callboard-dev-smtp-password", WithDecryption: true }],
  ]);
});

it("reads it again once its value was refused, for all who were refused", async () => {
  const { secret, calls } = stage(holds("old"), holds("new"), holds("new"));
  expect(await secret()).toBe("old");
  expect(await Promise.all([secret("old"), secret("old")])).toEqual(["new", "new"]);
  // Whoever was refused with the old one later needs no further call.
  expect(await secret("old")).toBe("new");
  expect(calls).toHaveLength(2);
  // The new one is no better: callers are told that it is still the same.
  expect(await secret("new")).toBe("new");
  expect(calls).toHaveLength(3);
});

it.each<[string, RecordedAnswer, object]>([
  ["is not there", { error: "ParameterNotFound" }, { name: "ParameterNotFound" }],
  ["may not be read", { error: "AccessDeniedException" }, { name: "AccessDeniedException" }],
  ["is empty", holds(""), { message: "the parameter has no value" }],
])("fails if the parameter %s, and reads it the next time", async (_, answer, error) => {
  const { secret } = stage(answer, holds("s3cret"));
  await expect(secret()).rejects.toMatchObject(error);
  expect(await secret()).toBe("s3cret");
});
