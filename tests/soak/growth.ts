import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import { eachKey } from "@callboard/aws-local";
import { connect, type Item } from "@callboard/client";
import { credentials, region } from "@callboard/dev";
import type { InboxRequestValue } from "@callboard/protocol";
import { WebSocket } from "ws";
import { createAskingMachine } from "../e2e/asking.ts";
import { type Aws, awsAt } from "../e2e/aws.ts";
import { devToken } from "../e2e/dev-token.ts";
import { type Machine, openMachine } from "../e2e/machine.ts";
import { describeSample, grownOf, kindOf, ownerOf, type Sample } from "./samples.ts";
import { people, reportOf, small, steps } from "./story.ts";

/** Retention of finished data, in days: a little more than four minutes. */
const KEPT_DAYS = 0.003;
/** Time until all early data are gone; the last are DynamoDB's request tokens, which are valid for ten minutes. */
const SETTLED_MINUTES = 12;
const SAMPLE_EVERY_MS = 60_000;

const EVENTS_PER_SECOND = 20;
const ASK_EVERY_MS = 6_000;
const ANSWER_SECONDS = 60;
/** One question in this many is left until its timeout. */
const LEFT_ALONE = 5;
/** With this many new steps per second, a subject reaches its limit of keys within minutes. */
const longLived = "video/soak_long_lived";
const NEW_STEPS_PER_SECOND = 5;
const UPLOAD_EVERY_MS = 5_000;
const UPLOAD_KEYS = 6;
const UPLOAD_BYTES = 300_000;

/**
 * Runs `npm start` with a short retention for a number of minutes: workflows report about the same subjects and ask,
 * people answer, objects are put, replaced and deleted. Resolves with what has grown after all early data were gone, in
 * words; empty if nothing has. `say` gets a line for each sample.
 */
export async function growth(
  minutes: number,
  say: (line: string) => void,
  stop: AbortSignal,
): Promise<readonly string[]> {
  if (minutes < SETTLED_MINUTES + 4)
    throw new Error(`growth shows after ${Math.ceil(SETTLED_MINUTES + 4)} minutes`);
  const machine = await openMachine();
  try {
    // It ends with this process in any case.
    const running = machine.start({ RETENTION_DAYS: String(KEPT_DAYS), npm_lifecycle_event: "soak" });
    await running.up;
    const work = new AbortController();
    const stopAll = AbortSignal.any([stop, work.signal]);
    const failed = busy(machine, stopAll);
    const samples: Sample[] = [];
    const sampling = async () => {
      for (let minute = 1; minute <= minutes; minute++) {
        await pause(SAMPLE_EVERY_MS, stopAll);
        if (stop.aborted) throw new Error("it was stopped");
        const sample = await sampleOf(machine, running.pid, minute);
        samples.push(sample);
        say(describeSample(sample));
      }
    };
    const ended = running.ended.then(() => {
      throw new Error(`Callboard ended: ${running.output()}`);
    });
    await Promise.race([sampling(), failed, ended]);
    work.abort();
    await failed;
    ended.catch(() => {});
    say(`it wrote ${running.output().length} characters`);
    return grownOf(samples.filter(({ minute }) => minute > SETTLED_MINUTES));
  } finally {
    await machine.close();
  }
}

/** All activity, until it is stopped. Rejects on unexpected errors. */
async function busy({ ports }: Machine, stop: AbortSignal): Promise<void> {
  const aws = awsAt(`http://127.0.0.1:${ports.aws}`);
  const close = answer(ports);
  try {
    const stateMachineArn = await createAskingMachine(aws, "growth", {
      question: { assignees: ["{% 'user/' & $states.input.asked %}"], timeoutSeconds: ANSWER_SECONDS },
      waitSeconds: ANSWER_SECONDS + 30,
    });
    let asked = 0;
    let seconds = 0;
    let rounds = 0;
    let uploaded = 0;
    const s3 = new S3Client({
      region,
      credentials,
      endpoint: `http://127.0.0.1:${ports.aws}`,
      forcePathStyle: true,
    });
    await Promise.all([
      repeat(1_000, stop, () => report(aws, EVENTS_PER_SECOND * seconds++)),
      repeat(1_000, stop, () => reportNew(aws, NEW_STEPS_PER_SECOND * rounds++)),
      repeat(ASK_EVERY_MS, stop, () => ask(aws, stateMachineArn, asked++)),
      repeat(UPLOAD_EVERY_MS, stop, () => upload(s3, uploaded++)),
    ]);
  } finally {
    close();
  }
}

/** Starts an execution that asks about a subject. */
async function ask({ sfn }: Aws, stateMachineArn: string, nth: number): Promise<void> {
  const input = { subject: small[nth % small.length], asked: people[nth % people.length] };
  await sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
}

/** Sends one second's reports about the next subjects, at once. */
async function report(aws: Aws, from: number): Promise<void> {
  const details = Array.from({ length: EVENTS_PER_SECOND }, (_, n) => {
    const at = from + n;
    const subject = small[at % small.length]!;
    return reportOf(
      subject,
      steps[Math.floor(at / small.length) % steps.length]!,
      Math.floor(at / small.length / steps.length),
    );
  });
  await aws.put("Progress Reported", details);
}

/** Reports new steps of the long-lived subject, which are already done. */
const reportNew = (aws: Aws, from: number) =>
  aws.put(
    "Progress Reported",
    Array.from({ length: NEW_STEPS_PER_SECOND }, (_, n) => {
      const at = Date.UTC(2026, 0, 1) + from + n;
      return { subject: longLived, step: `step-${from + n}`, state: "succeeded", at };
    }),
  );

/** Puts the next version of a key's object, or deletes it; and one more object that is never deleted. */
async function upload(s3: S3Client, nth: number): Promise<void> {
  const own = { Bucket: "callboard", Key: `videos/growth-${nth}/upload.json` };
  await s3.send(new PutObjectCommand({ ...own, Body: Buffer.alloc(UPLOAD_BYTES / 10) }));
  const object = { Bucket: "callboard", Key: `growth/${nth % UPLOAD_KEYS}` };
  if (nth % 7 === 6) await s3.send(new DeleteObjectCommand(object));
  else await s3.send(new PutObjectCommand({ ...object, Body: Buffer.alloc(UPLOAD_BYTES, nth % 256) }));
}

/** People who answer most of their questions; the returned function stops them. */
function answer(ports: Machine["ports"]): () => void {
  let seen = 0;
  const clients = people.map((user) => {
    const client = connect({
      url: `ws://127.0.0.1:${ports.socket}/`,
      token: () => devToken(`http://127.0.0.1:${ports.pages}`, user, "creator"),
      WebSocket,
      name: "growth",
    });
    client.channel(`inbox:user/${user}`).follow((changed: readonly Item[]) => {
      for (const { key, value } of changed) {
        if (value === null || !key.startsWith("request/") || seen++ % LEFT_ALONE === 0) continue;
        const { requestId, round } = value as InboxRequestValue;
        // A refused reply was answered or is over; errors of closed connections do not matter.
        client.reply({ requestId, round, verb: "reject" }).catch(() => {});
      }
    });
    return client;
  });
  return () => {
    for (const { close } of clients) close();
  };
}

async function sampleOf({ data }: Machine, pid: number, minute: number): Promise<Sample> {
  const files = await readdir(join(data, "s3"));
  const sizes = await Promise.all(files.map((file) => sizeOf(join(data, "s3", file))));
  const records = new Map<string, number>();
  const owned = new Map<string, number>();
  await eachKey(data, (key) => {
    const kind = kindOf(key);
    records.set(kind, (records.get(kind) ?? 0) + 1);
    const owner = ownerOf(key);
    if (owner !== undefined) owned.set(owner, (owned.get(owner) ?? 0) + 1);
  });
  return {
    minute,
    storeBytes: await sizeOf(join(data, "store.mdb")),
    objects: files.length,
    objectBytes: sizes.reduce((sum, size) => sum + size, 0),
    otherFiles: (await readdir(data)).length,
    memoryBytes: await memoryOf(pid),
    records,
    rowsOfOne: Math.max(0, ...owned.values()),
  };
}

const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => ({ size: 0 }))).size;

/** The private memory of a process, from Linux; 0 on other systems. */
async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return 1024 * Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1] ?? 0);
}

/** Repeats something with this time between starts, until it is stopped. */
async function repeat(everyMs: number, stop: AbortSignal, once: () => Promise<unknown>): Promise<void> {
  for (let next = performance.now(); !stop.aborted; ) {
    await once();
    next = Math.max(next + everyMs, performance.now());
    await pause(next - performance.now(), stop);
  }
}

/** Resolves after a time, or at once when it is stopped. */
const pause = (ms: number, stop: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (stop.aborted) return done();
    const end = () => {
      clearTimeout(timer);
      stop.removeEventListener("abort", end);
      done();
    };
    const timer = setTimeout(end, ms);
    stop.addEventListener("abort", end);
  });
