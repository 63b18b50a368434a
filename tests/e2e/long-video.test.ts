import { readFile } from "node:fs/promises";
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import type { StepValue } from "@callboard/protocol";
import { samplePath } from "@callboard/video";
import { longTalk } from "@callboard/video/testing/long-talk.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually, until } from "./people.ts";
import { leftOf, treeOf } from "./processes.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
let bearer: string;
beforeAll(async () => {
  stage = await openStage();
  bearer = await stage.token("ana", "creator");
});
afterAll(() => stage.close());

async function post<T>(path: string, body: object): Promise<T> {
  const response = await fetch(`${stage.callboard.addresses.http}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

interface Prepared {
  readonly videoId: string;
  readonly uploads: readonly { readonly url: string; readonly headers: Record<string, string> }[];
}

/** Uploads a talk that says it takes 17 minutes, and starts its processing. */
async function start() {
  const files = [
    { name: "talk.mp4", bytes: longTalk(await readFile(samplePath("talk.mp4"))) },
    {
      name: "talk.vtt",
      bytes: Buffer.from("WEBVTT\n\n00:00.000 --> 20:00.000\nA long talk about task tokens.\n"),
    },
  ];
  const offered = files.map(({ name, bytes }) => ({ name, size: bytes.length }));
  const { videoId, uploads } = await post<Prepared>("/videos", { files: offered });
  for (const [n, { url, headers }] of uploads.entries())
    await fetch(url, { method: "PUT", headers, body: new Uint8Array(files[n]!.bytes) });
  return post<{ subject: string; executionArn: string }>(`/videos/${videoId}/start`, {});
}

/** The processes that containers run in. */
const containers = async () => (await treeOf(process.pid)).filter((id) => !before.includes(id));
let before: number[] = [];

const statusOf = async (executionArn: string) =>
  stage.aws.sfn.send(new DescribeExecutionCommand({ executionArn }));

it("prepares a long video in its own process, which ends with its work", async () => {
  before = await treeOf(process.pid);
  const { subject, executionArn } = await start();
  const running = await eventually(containers, (ids) => ids.length > 0);
  const view = stage.person("ana", "creator").channel(`work:${subject}` as "work:video/v_1");
  await until(view, ({ items }) => [...items.keys()].some((key) => key.startsWith("request/")));
  const compute = [...view.items.values()].find(({ key }) => key.endsWith("/compute"))!.value as StepValue;
  expect(compute).toMatchObject({ state: "succeeded", percent: 100 });
  await eventually(
    () => leftOf(running),
    (left) => left.length === 0,
  );
  const { events } = await stage.aws.sfn.send(
    new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
  );
  expect(events!.flatMap((event) => event.taskSubmittedEventDetails?.resource ?? [])).toContain(
    "runTask.waitForTaskToken",
  );
  expect(stage.lines.join("\n")).not.toContain("TASK_TOKEN");
});

it("names the exit code of a container that is killed", async () => {
  before = await treeOf(process.pid);
  const { executionArn } = await start();
  const [id] = await eventually(containers, (ids) => ids.length > 0);
  process.kill(id!, "SIGKILL");
  const end = await eventually(
    () => statusOf(executionArn),
    ({ status }) => status !== "RUNNING",
  );
  expect(end).toMatchObject({
    status: "FAILED",
    error: "Container.ExitCode.137",
    cause: expect.stringContaining("exit code 137: it was ended by SIGKILL"),
  });
});

it("ends the container with its execution", async () => {
  before = await treeOf(process.pid);
  const { executionArn } = await start();
  const running = await eventually(containers, (ids) => ids.length > 0);
  await stage.aws.sfn.send(new StopExecutionCommand({ executionArn }));
  await eventually(
    () => leftOf(running),
    (left) => left.length === 0,
  );
  expect((await statusOf(executionArn)).status).toBe("ABORTED");
});
