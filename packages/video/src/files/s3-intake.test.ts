import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { S3Client } from "@aws-sdk/client-s3";
import { expect, it, onTestFinished } from "vitest";
import { s3Intake } from "./s3-intake.ts";

const file = { bucket: "media", key: "videos/v_1/upload.json" };

/** Storage that gives these answers to PUTs in turn and repeats the last; with the number of PUTs. */
async function storage(...answers: readonly [status: number, code: string][]) {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const [status, code] = answers[Math.min(asked.length, answers.length - 1)]!;
    asked.push(request.headers["if-none-match"]);
    request.resume();
    response.writeHead(status, { "content-type": "application/xml" });
    response.end(status === 200 ? "" : `<Error><Code>${code}</Code><Message>no</Message></Error>`);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const s3 = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "a", secretAccessKey: "s" },
  });
  onTestFinished(() => {
    s3.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { asked, files: s3Intake(s3, () => 0) };
}

const created: [number, string] = [200, ""];
const taken: [number, string] = [412, "PreconditionFailed"];
const undecided: [number, string] = [409, "ConditionalRequestConflict"];

it("creates an object that does not exist, and says when it exists", async () => {
  const there = await storage(created, taken);
  expect(await there.files.create(file, "{}", "application/json")).toBe(true);
  expect(await there.files.create(file, "{}", "application/json")).toBe(false);
  expect(there.asked).toEqual(["*", "*"]);
});

it("tries again when two write at the same moment and S3 accepts neither", async () => {
  const busy = await storage(undecided, undecided, taken);
  expect(await busy.files.create(file, "{}", "application/json")).toBe(false);
  expect(busy.asked).toHaveLength(3);
  const always = await storage(undecided);
  await expect(always.files.create(file, "{}", "application/json")).rejects.toThrow(
    "other writers keep changing",
  );
  expect(always.asked).toHaveLength(4);
});

it("does not take AccessDenied for an answer about the object", async () => {
  const denied = await storage([403, "AccessDenied"]);
  await expect(denied.files.create(file, "{}", "application/json")).rejects.toThrow();
});
