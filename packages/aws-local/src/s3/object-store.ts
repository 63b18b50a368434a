import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Clock } from "../clock/clock.ts";

/** What is known of an object beside its bytes. */
export interface ObjectRecord {
  readonly key: string;
  /** The file of its bytes, under the bucket's `data`. */
  readonly file: string;
  readonly size: number;
  /** The hex MD5 of the bytes, without quotes. */
  readonly etag: string;
  /** Milliseconds since the Unix epoch. */
  readonly lastModified: number;
  /** Headers that come back with the object, `content-type` first of all, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
}

/** An object with its bytes held open: what is read stays whole even if the object is replaced meanwhile. */
interface OpenObject {
  readonly record: ObjectRecord;
  readonly file: FileHandle;
}

/** Objects in files: each object's record is one small file, put in place by a rename once its bytes are on disk. */
export interface ObjectStore {
  /** Makes the bucket unless it is there. */
  createBucket(name: string): Promise<void>;
  hasBucket(name: string): Promise<boolean>;
  /** Names and times of birth, in the order of the names. */
  buckets(): Promise<{ name: string; createdAt: number }[]>;
  /**
   * Stores the bytes durably, then replaces what the key held. Rejects, and changes nothing, when `bytes` throws.
   * `headers` is asked once the bytes are read. With `ifAbsent` the answer is `exists` when the key holds something.
   */
  put(
    bucket: string,
    key: string,
    bytes: AsyncIterable<Uint8Array>,
    headers: () => Readonly<Record<string, string>>,
    options?: { readonly ifAbsent?: boolean },
  ): Promise<ObjectRecord | "exists">;
  find(bucket: string, key: string): Promise<ObjectRecord | undefined>;
  /** The caller closes `file`. */
  open(bucket: string, key: string): Promise<OpenObject | undefined>;
  remove(bucket: string, key: string): Promise<void>;
  /** In the order of the keys' UTF-8 bytes, as S3 lists them. */
  list(bucket: string, prefix: string): Promise<ObjectRecord[]>;
}

interface Bucket {
  readonly directory: string;
  readonly objects: Map<string, ObjectRecord>;
  /** Commits of one bucket happen one after the other. */
  commits: Promise<unknown>;
}

/** Keeps buckets as folders of `directory`; bucket names are checked by the caller, keys never become paths. */
export function openObjectStore(directory: string, clock: Clock): ObjectStore {
  const opened = new Map<string, Promise<Bucket | undefined>>();

  const bucket = (name: string) => {
    let found = opened.get(name);
    if (!found) {
      found = loadBucket(join(directory, name));
      opened.set(name, found);
      // A bucket that is not there yet, or that could not be read, is looked for again.
      found.then(
        (value) => value ?? opened.delete(name),
        () => opened.delete(name),
      );
    }
    return found;
  };
  const existing = async (name: string) => {
    const found = await bucket(name);
    if (!found) throw new Error(`no bucket ${name}`);
    return found;
  };

  const store: ObjectStore = {
    async createBucket(name) {
      if (await bucket(name)) return;
      await mkdir(join(directory, name, "data"), { recursive: true });
      await mkdir(join(directory, name, "keys"), { recursive: true });
      // A look-up that began before the folders were there may still answer that there is none.
      while (!(await bucket(name)));
    },
    async hasBucket(name) {
      return (await bucket(name)) !== undefined;
    },
    async buckets() {
      const names = (await listFiles(directory)).sort();
      return Promise.all(
        names.map(async (name) => ({ name, createdAt: (await stat(join(directory, name))).birthtimeMs })),
      );
    },
    async put(bucketName, key, bytes, headers, { ifAbsent = false } = {}) {
      const into = await existing(bucketName);
      const written = await writeBytes(into, bytes);
      const record: ObjectRecord = { key, ...written, lastModified: clock.now(), headers: headers() };
      return commit(into, async () => {
        const before = into.objects.get(key);
        if (ifAbsent && before) {
          await unlink(dataPath(into, record.file));
          return "exists";
        }
        await writeRecord(into, record);
        into.objects.set(key, record);
        if (before) await unlink(dataPath(into, before.file));
        return record;
      });
    },
    async find(bucketName, key) {
      return (await existing(bucketName)).objects.get(key);
    },
    async open(bucketName, key) {
      const from = await existing(bucketName);
      // The bytes may be replaced between the look-up and the opening: then there are newer ones.
      for (;;) {
        const record = from.objects.get(key);
        if (!record) return undefined;
        const file = await open(dataPath(from, record.file)).catch(absent);
        if (file) return { record, file };
        if (from.objects.get(key) === record)
          throw new Error(`the bytes of an object of ${bucketName} are missing`);
      }
    },
    async remove(bucketName, key) {
      const from = await existing(bucketName);
      await commit(from, async () => {
        const record = from.objects.get(key);
        if (!record) return;
        await unlink(recordPath(from, key));
        from.objects.delete(key);
        await unlink(dataPath(from, record.file));
      });
    },
    async list(bucketName, prefix) {
      const { objects } = await existing(bucketName);
      return [...objects.values()]
        .filter((record) => record.key.startsWith(prefix))
        .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
    },
  };
  return store;
}

function commit<T>(bucket: Bucket, step: () => Promise<T>): Promise<T> {
  const done = bucket.commits.then(step);
  bucket.commits = done.catch(() => {});
  return done;
}

async function loadBucket(directory: string): Promise<Bucket | undefined> {
  const names = await readdir(join(directory, "keys")).catch(absent);
  if (!names) return undefined;
  const objects = new Map<string, ObjectRecord>();
  for (const name of names) {
    const path = join(directory, "keys", name);
    if (!name.endsWith(".json")) {
      await unlink(path);
      continue;
    }
    const record = JSON.parse(await readFile(path, "utf8")) as ObjectRecord;
    objects.set(record.key, record);
  }
  await sweep(join(directory, "data"), new Set([...objects.values()].map((record) => record.file)));
  return { directory, objects, commits: Promise.resolve() };
}

/** Bytes without a record are of an upload that a killed process did not finish. */
async function sweep(directory: string, kept: ReadonlySet<string>): Promise<void> {
  for (const file of await listFiles(directory)) {
    if (!kept.has(file)) await unlink(join(directory, file));
  }
}

async function writeBytes(
  bucket: Bucket,
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ file: string; size: number; etag: string }> {
  const file = randomUUID();
  const path = dataPath(bucket, file);
  const md5 = createHash("md5");
  let size = 0;
  async function* measured() {
    for await (const piece of bytes) {
      md5.update(piece);
      size += piece.length;
      yield piece;
    }
  }
  try {
    await pipeline(measured, createWriteStream(path, { flags: "wx", flush: true }));
  } catch (cause) {
    await unlink(path).catch(absent);
    throw cause;
  }
  return { file, size, etag: md5.digest("hex") };
}

async function writeRecord(bucket: Bucket, record: ObjectRecord): Promise<void> {
  const path = recordPath(bucket, record.key);
  const fresh = await open(`${path}.new`, "w");
  try {
    await fresh.writeFile(JSON.stringify(record));
    await fresh.sync();
  } finally {
    await fresh.close();
  }
  await rename(`${path}.new`, path);
  await syncDirectory(join(bucket.directory, "keys"));
}

/** A rename is durable once its folder is. */
async function syncDirectory(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function dataPath(bucket: Bucket, file: string): string {
  return join(bucket.directory, "data", file);
}

/** A key may be longer than a file's name, and hold anything: its hash names the file. */
function recordPath(bucket: Bucket, key: string): string {
  return join(bucket.directory, "keys", `${createHash("sha256").update(key).digest("hex")}.json`);
}

async function listFiles(directory: string): Promise<string[]> {
  return (await readdir(directory).catch(absent)) ?? [];
}

function absent(cause: NodeJS.ErrnoException): undefined {
  if (cause.code !== "ENOENT") throw cause;
}
