import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { type MemoryStore, memoryStore } from "../store/memory-store.ts";
import type { Key } from "../store/store.ts";
import { openContents } from "./contents.ts";
import { type ObjectStore, objectStore, spareObject } from "./object-store.ts";
import { type Stage, stage, strike } from "./testing/s3.ts";

afterEach(strike);

const put = ({ client }: Stage, key: string, body: string | Buffer = "x") =>
  client.send(new PutObjectCommand({ Bucket: "media", Key: key, Body: body }));

const text = async ({ client }: Stage, key: string, range?: string) => {
  const got = await client.send(
    new GetObjectCommand({ Bucket: "media", Key: key, ...(range ? { Range: range } : {}) }),
  );
  return got.Body?.transformToString();
};

const fileOf = ({ store, directory }: Pick<Stage, "store" | "directory">, key: string) =>
  join(directory, store.get<{ file: string }>(["s3", "object", "media", key])!.file);

const internal = { name: "InternalError", $metadata: { httpStatusCode: 500 } };

it("keeps objects after a kill, and removes what a running upload has left", async () => {
  const before = await stage();
  await put(before, "k", "kept");
  writeFileSync(join(before.directory, "half-written"), "torn");
  const after = await stage({ directory: before.directory, store: before.store.fork() });
  expect(await text(after, "k")).toBe("kept");
  await after.s3.close();
  expect(readdirSync(before.directory)).toHaveLength(1);
});

/** A body whose second half comes on request. */
function halves() {
  let go = () => {};
  const told = new Promise<void>((done) => {
    go = done;
  });
  async function* bytes() {
    yield Buffer.from("one, ");
    await told;
    yield Buffer.from("two");
  }
  const command = new PutObjectCommand({
    Bucket: "media",
    Key: "k",
    Body: Readable.from(bytes()),
    ContentLength: 8,
  });
  return { command, go };
}

it("searches from time to time for files without a record, and leaves running uploads alone", async () => {
  const on = await stage();
  const { command, go } = halves();
  const uploading = on.client.send(command);
  await expect.poll(() => readdirSync(on.directory)).toHaveLength(1);
  writeFileSync(join(on.directory, "orphan"), "torn");
  await on.clock.advance(3_600_000);
  await expect.poll(() => readdirSync(on.directory)).not.toContain("orphan");
  go();
  await uploading;
  expect((await on.s3.read("media", "k"))?.body.toString()).toBe("one, two");
});

it("lets only its own user read what it stores", async () => {
  const on = await stage();
  await put(on, "k");
  expect(statSync(on.directory).mode & 0o777).toBe(0o700);
  expect(statSync(fileOf(on, "k")).mode & 0o777).toBe(0o600);
  chmodSync(on.directory, 0o755);
  await stage({ directory: on.directory });
  expect(statSync(on.directory).mode & 0o777).toBe(0o700);
});

it("answers with an error while the store cannot write, leaves no file, and continues later", async () => {
  const on = await stage();
  await put(on, "k", "before");
  on.store.fail("the disk is full");
  await expect(put(on, "k", "after")).rejects.toMatchObject(internal);
  await expect(put(on, "new")).rejects.toMatchObject(internal);
  await expect(on.client.send(new DeleteObjectCommand({ Bucket: "media", Key: "k" }))).rejects.toMatchObject(
    internal,
  );
  await expect(on.s3.write("media", "k", "after")).rejects.toThrow("the disk is full");
  // The code that opened the store reports it, once for all failed writes.
  expect(on.lines).toEqual([]);
  expect(await text(on, "k")).toBe("before");
  expect(readdirSync(on.directory)).toHaveLength(1);
  on.store.fail(undefined);
  await put(on, "k", "after");
  expect(await text(on, "k")).toBe("after");
  expect(readdirSync(on.directory)).toHaveLength(1);
});

it.each([
  ["as one body", Buffer.alloc(5_000_000, "x")],
  ["in chunks", "stream"],
])("answers a client that sends %s with an error when the disk is full", async (_, body) => {
  const on = await stage();
  rmSync(on.directory, { recursive: true });
  const Body = body === "stream" ? Readable.from(Array(50).fill(Buffer.alloc(100_000, "x"))) : body;
  await expect(
    on.client.send(new PutObjectCommand({ Bucket: "media", Key: "k", Body, ContentLength: 5_000_000 })),
  ).rejects.toMatchObject(internal);
});

it("keeps the existing object when a client leaves in the middle of an upload", async () => {
  const on = await stage();
  await put(on, "k", "before");
  const { command } = halves();
  const leaving = new AbortController();
  const uploading = on.client.send(command, { abortSignal: leaving.signal });
  await expect.poll(() => readdirSync(on.directory)).toHaveLength(2);
  leaving.abort();
  await expect(uploading).rejects.toThrow("aborted");
  await expect.poll(() => readdirSync(on.directory)).toHaveLength(1);
  expect(await text(on, "k")).toBe("before");
});

const MIB = 1024 ** 2;
it.each([
  ["is missing", (path: string) => rmSync(path), "its file is missing"],
  ["was cut off", (path: string) => truncateSync(path, 3), "its file has 3 bytes instead of 10"],
  ["was emptied", (path: string) => truncateSync(path, 0), "its file has 0 bytes instead of 10"],
])(
  "names an object at the start whose file %s, refuses only this object, and accepts it again",
  async (_, harm, why) => {
    const before = await stage();
    await put(before, "bad", "0123456789");
    await put(before, "good", "still there");
    harm(fileOf(before, "bad"));
    const on = await stage({ directory: before.directory, store: before.store.fork() });
    await on.s3.close();
    expect(on.lines).toEqual([`S3: media/bad cannot be read: ${why}`]);
    await expect(text(on, "bad")).rejects.toMatchObject(internal);
    await expect(text(on, "bad", "bytes=0-1")).rejects.toMatchObject(internal);
    await expect(
      on.client.send(new HeadObjectCommand({ Bucket: "media", Key: "bad" })),
    ).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    await expect(on.s3.read("media", "bad")).rejects.toThrow(why);
    expect(await text(on, "good")).toBe("still there");
    await put(on, "bad", "anew");
    expect(await text(on, "bad")).toBe("anew");
    await on.client.send(new DeleteObjectCommand({ Bucket: "media", Key: "bad" }));
    expect(readdirSync(on.directory)).toHaveLength(1);
  },
);

it.each([
  ["of one piece", 10, internal],
  ["of several pieces", 2 * MIB, {}],
])("never returns the whole of an object %s in which a byte has changed", async (_, size, error) => {
  const on = await stage();
  await put(on, "k", Buffer.alloc(size, "a"));
  const changed = Buffer.alloc(size, "a");
  changed[size - 1] = 0x62;
  writeFileSync(fileOf(on, "k"), changed);
  await expect(text(on, "k")).rejects.toMatchObject(error);
  await expect(on.s3.read("media", "k")).rejects.toThrow("not what was written");
  expect(on.lines.at(-1)).toBe("S3: GET /media/k failed: its file is not what was written");
});

it("names some of many objects that cannot be read, and counts the others", async () => {
  const before = await stage();
  for (let n = 0; n < 25; n++) await before.s3.write("media", `k${n}`, "x");
  rmSync(before.directory, { recursive: true });
  const on = await stage({ directory: before.directory, store: before.store.fork() });
  await on.s3.close();
  expect(on.lines).toHaveLength(21);
  expect(on.lines.at(-1)).toBe("S3: 5 more objects cannot be read");
});

it("names an object's record, to be set aside when it is damaged", () => {
  const object: Key = ["s3", "object", "media", "k"];
  expect(spareObject(object)).toEqual(object);
  expect(spareObject(["s3", "bucket", "media"])).toBeUndefined();
  expect(spareObject(["sqs", "message", "Work", 1])).toBeUndefined();
});

/** What a kill leaves: records and files as of one moment. */
interface Kill {
  readonly store: MemoryStore;
  readonly directory: string;
  /** What each key may hold then: the last acknowledged object, and those requested since. */
  readonly allowed: ReadonlyMap<string, ReadonlySet<string | undefined>>;
}

type Step =
  | { readonly type: "put"; readonly key: string; readonly size: number }
  | { readonly type: "delete"; readonly key: string }
  | { readonly type: "fail"; readonly fails: boolean };

/** Takes the steps, several at a time, and a kill at each turn of the event loop until all are done. */
async function run(steps: readonly Step[], home: string): Promise<Kill[]> {
  const store = memoryStore();
  const directory = join(home, "s3");
  const objects = open(store, directory);
  const allowed = new Map<string, Set<string | undefined>>();
  const kills: Kill[] = [];
  const kill = () => {
    const copy = join(home, `kill-${kills.length}`);
    mkdirSync(copy);
    for (const file of readdirSync(directory)) copyIfThere(join(directory, file), join(copy, file));
    const then = new Map([...allowed].map(([key, bodies]) => [key, new Set(bodies)]));
    kills.push({ store: store.fork(), directory: copy, allowed: then });
  };
  let turn = 0;
  const take = async (step: Step) => {
    if (step.type === "fail") return store.fail(step.fails ? "the disk is full" : undefined);
    const body = step.type === "put" ? `${++turn} `.padEnd(step.size, "x") : undefined;
    const before = allowed.get(step.key) ?? new Set([undefined]);
    allowed.set(step.key, new Set([...before, body]));
    const done = body === undefined ? objects.remove("media", step.key) : write(objects, step.key, body);
    await done.then(
      () => allowed.set(step.key, new Set([body])),
      () => allowed.set(step.key, before),
    );
  };
  // Those of one key one after another, so that it is known what it holds.
  const keys = [...new Set(steps.map((step) => (step.type === "fail" ? "" : step.key)))];
  const lanes = keys.map(async (lane) => {
    for (const step of steps) if ((step.type === "fail" ? "" : step.key) === lane) await take(step);
  });
  let isDone = false;
  const all = Promise.all(lanes).then(() => {
    isDone = true;
  });
  while (!isDone) {
    kill();
    await new Promise((next) => setImmediate(next));
  }
  await all;
  kill();
  return kills;
}

/** An object that is being removed may be missing. */
function copyIfThere(from: string, to: string): void {
  try {
    copyFileSync(from, to);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
  }
}

const open = (store: MemoryStore, directory: string): ObjectStore =>
  objectStore(store, openContents(directory), virtualClock());

const write = (objects: ObjectStore, key: string, body: string) =>
  objects.put("media", key, Readable.from([Buffer.from(body)]), () => ({}));

async function read(objects: ObjectStore, key: string): Promise<string | undefined> {
  const opened = await objects.open("media", key);
  const body = await opened?.file.readFile("utf8");
  await opened?.file.close();
  return body;
}

it("keeps records and files consistent, and all that was acknowledged, after any steps and a kill at any moment", async () => {
  const key = fc.constantFrom("a", "b", "c/d");
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant("put" as const),
        key,
        size: fc.integer({ min: 0, max: 9000 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("delete" as const), key }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("fail" as const), fails: fc.boolean() }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const home = mkdtempSync(join(tmpdir(), "s3-"));
      for (const { store, directory, allowed } of await run(steps, home)) {
        const objects = open(store, directory);
        await objects.tidy((_, name, why) => expect.fail(`${name}: ${why}`));
        const records = [...store.list<{ file: string; etag: string }>({ prefix: ["s3", "object"] })];
        expect(readdirSync(directory).sort()).toEqual(records.map(([, { file }]) => file).sort());
        for (const [name, bodies] of allowed) expect([...bodies]).toContain(await read(objects, name));
      }
      rmSync(home, { recursive: true });
    }),
    { numRuns: 10 },
  );
}, 30_000);
