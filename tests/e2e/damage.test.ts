import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { credentials, region } from "@callboard/dev";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Machine, openMachine } from "./machine.ts";
import { eventually, within } from "./people.ts";

const PAGE_BYTES = 8_192;

let machine: Machine;
/** A data folder that was closed cleanly, with an execution that has ended, one that waits, and objects. */
let good: string;
let executions: { ended: string; other: string; waiting: string };
beforeAll(async () => {
  machine = await openMachine();
  good = join(machine.data, "good");
  const running = machine.start({ CALLBOARD_DATA: good });
  await running.up;
  executions = await leaveTraces();
  running.signal("SIGTERM");
  await running.ended;
}, 90_000);
afterAll(() => machine.close());

const clients = () => {
  const client = { region, credentials, endpoint: `http://127.0.0.1:${machine.ports.aws}`, maxAttempts: 1 };
  return { sfn: new SFNClient(client), s3: new S3Client({ ...client, forcePathStyle: true }) };
};
const statusOf = async (executionArn: string) =>
  (await clients().sfn.send(new DescribeExecutionCommand({ executionArn }))).status;
const put = (Key: string, ContentType: string) =>
  clients().s3.send(
    new PutObjectCommand({ Bucket: "callboard", Key, Body: Buffer.from(`the bytes of ${Key}`), ContentType }),
  );
const get = async (Key: string) => {
  const { Body } = await clients().s3.send(new GetObjectCommand({ Bucket: "callboard", Key }));
  return Body!.transformToString();
};
const nameOf = async (asked: Promise<unknown>) => asked.catch(({ name }: Error) => name);

async function leaveTraces() {
  const { sfn } = clients();
  const machineOf = async (name: string, Work: object) => {
    const definition = JSON.stringify({ StartAt: "Work", States: { Work } });
    const roleArn = "arn:aws:iam::000000000000:role/any";
    return (await sfn.send(new CreateStateMachineCommand({ name, definition, roleArn }))).stateMachineArn!;
  };
  const start = async (stateMachineArn: string, name: string) =>
    (
      await sfn.send(
        new StartExecutionCommand({
          stateMachineArn,
          name,
          input: JSON.stringify({ text: `marked ${name}` }),
        }),
      )
    ).executionArn!;
  const quick = await machineOf("quick", { Type: "Pass", End: true });
  const slow = await machineOf("slow", { Type: "Wait", Seconds: 3_600, End: true });
  const ended = await start(quick, "ended");
  const other = await start(quick, "other");
  const waiting = await start(slow, "waiting");
  for (const execution of [ended, other])
    await eventually(
      () => statusOf(execution),
      (status) => status === "SUCCEEDED",
    );
  await put("one", "text/x-marked-one");
  await put("two", "text/x-marked-two");
  return { ended, other, waiting };
}

/** A copy of the good folder. */
function copyOf(name: string): string {
  const folder = join(machine.data, name);
  cpSync(good, folder, { recursive: true, preserveTimestamps: true });
  return folder;
}

/** Flips a bit at each place where the store has a text. */
function turnBits(folder: string, text: string): void {
  const path = join(folder, "store.mdb");
  const bytes = readFileSync(path);
  let found = 0;
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1), found++)
    bytes[at + 3] = bytes[at + 3]! ^ 1;
  expect(found).toBeGreaterThan(0);
  writeFileSync(path, bytes);
}

function turnBit(folder: string, at: number): void {
  const path = join(folder, "store.mdb");
  const bytes = readFileSync(path);
  bytes[at] = bytes[at]! ^ 4;
  writeFileSync(path, bytes);
}

function putFile(folder: string, name: string, text: string): void {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** All bytes of a folder, except LMDB's file for its readers, which contains no data. */
const contentsOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .filter((name) => name !== "store.mdb-lock")
    .map((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory()
        ? name
        : `${name} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`;
    });

const halve = (folder: string) => {
  const path = join(folder, "store.mdb");
  truncateSync(path, Math.floor(statSync(path).size / 2));
};

const refused: [string, (folder: string) => void, RegExp][] = [
  ["is cut in half", halve, /is damaged: store\.mdb has \d+ bytes of the \d+/],
  ["is emptied", (folder) => truncateSync(join(folder, "store.mdb"), 0), /is damaged: store\.mdb is empty/],
  ["is gone", (folder) => rmSync(join(folder, "store.mdb")), /is damaged: store\.mdb is gone/],
  ["begins with other bytes", (folder) => turnBit(folder, 24), /is damaged: of store\.mdb it is not a store/],
  // Of its two first pages the one counts that the latest transaction has written.
  [
    "has a damaged page",
    (folder) => {
      for (const page of [0, PAGE_BYTES]) turnBit(folder, page + 24 + 72 + 40);
    },
    /is damaged: /,
  ],
  [
    "has a damaged record of an execution that waits",
    (folder) => turnBits(folder, "marked waiting"),
    /is damaged: the record "states\/execution\/.*waiting.*" is not as it was written/,
  ],
  [
    "has a damaged state machine",
    (folder) => turnBits(folder, "StartAt"),
    /is damaged: the record "states\/.*" is not as it was written/,
  ],
  [
    "is of a newer version",
    (folder) => writeFileSync(join(folder, "store.json"), '{"format":2,"clean":true}\n'),
    /was written by a newer version \(its format is 2, this version reads 1\)/,
  ],
];

const formerFiles = [
  "dynamodb/dynamodb.db",
  "bus/events.jsonl",
  "states/executions.jsonl",
  "s3/objects.jsonl",
];

it.each(refused)(
  "does not start when its store %s, says so, and changes nothing",
  async (what, damage, words) => {
    const folder = copyOf(what);
    damage(folder);
    await expectRefusal(folder, words);
  },
);

it.each(formerFiles)(
  "does not start in a folder of a former version, which has %s, and does not change it",
  async (file) => {
    const folder = join(machine.data, `former ${file.replace("/", " ")}`);
    mkdirSync(folder);
    putFile(folder, file, '{"a":1}\n');
    await expectRefusal(folder, new RegExp(`was made by an older version \\(it has ${file}\\)`));
  },
);

async function expectRefusal(folder: string, words: RegExp): Promise<void> {
  const before = contentsOf(folder);
  const running = machine.start({ CALLBOARD_DATA: folder });
  running.up.then(
    () => running.signal("SIGTERM"),
    () => {},
  );
  const { code } = await within(30_000, "the end of a failed start", running.ended);
  const lines = running.output().trimEnd().split("\n");
  expect(lines).toEqual([expect.stringMatching(words)]);
  expect(lines[0]).toContain(folder);
  expect(lines[0]).toMatch(/Nothing was changed/);
  expect(code).toBe(1);
  expect(contentsOf(folder)).toEqual(before);
}

it("sets an ended execution and an object aside whose records are damaged, and serves the rest", async () => {
  const folder = copyOf("spared");
  turnBits(folder, "marked ended");
  turnBits(folder, "text/x-marked-one");
  const running = machine.start({ CALLBOARD_DATA: folder });
  await running.up;
  const name = readdirSync(folder).find((one) => one.startsWith("set-aside-"))!;
  const output = running.output();
  expect(output).toMatch(
    new RegExp(`"states/execution/.*ended" was damaged: its \\d+ records were set aside in ${name}`),
  );
  expect(output).toContain(`"s3/object/callboard/…" was damaged: its 1 records were set aside in ${name}`);
  expect(await nameOf(statusOf(executions.ended))).toBe("ExecutionDoesNotExist");
  expect([await statusOf(executions.other), await statusOf(executions.waiting)]).toEqual([
    "SUCCEEDED",
    "RUNNING",
  ]);
  expect([await nameOf(get("one")), await get("two")]).toEqual(["NoSuchKey", "the bytes of two"]);
  await put("one", "text/plain");
  running.signal("SIGTERM");
  await running.ended;
  const again = machine.start({ CALLBOARD_DATA: folder });
  await again.up;
  expect(again.output()).not.toContain("set aside");
  expect(await get("one")).toBe("the bytes of one");
  again.signal("SIGTERM");
  await again.ended;
  expect(existsSync(join(folder, name))).toBe(true);
});

it("names an object whose file is gone or cut off, and serves the rest", async () => {
  const folder = copyOf("objects");
  const files = readdirSync(join(folder, "s3"));
  for (const file of files) {
    const path = join(folder, "s3", file);
    if (readFileSync(path, "utf8").endsWith("one")) rmSync(path);
    else truncateSync(path, 3);
  }
  const running = machine.start({ CALLBOARD_DATA: folder });
  await running.up;
  await eventually(running.output, (output) => output.includes("callboard/two"));
  expect(running.output()).toContain("S3: callboard/one cannot be read: its file is missing\n");
  expect(running.output()).toContain(
    "S3: callboard/two cannot be read: its file has 3 bytes instead of 16\n",
  );
  expect([await nameOf(get("one")), await nameOf(get("two"))]).toEqual(["InternalError", "InternalError"]);
  await put("one", "text/plain");
  expect(await get("one")).toBe("the bytes of one");
  expect(await statusOf(executions.other)).toBe("SUCCEEDED");
  running.signal("SIGTERM");
  await running.ended;
});
