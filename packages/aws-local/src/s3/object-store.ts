import type { FileHandle } from "node:fs/promises";
import type { Clock } from "../clock/clock.ts";
import type { Key, Store } from "../store/store.ts";
import { type Content, type Contents, DamagedContent } from "./contents.ts";

/** What is known of an object besides its bytes. */
export interface ObjectRecord extends Content {
  readonly key: string;
  /** Milliseconds since the Unix epoch. */
  readonly lastModified: number;
  /** Headers that are returned with the object, by lower-case name, such as `content-type`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** An object with its bytes held open: a reader gets it complete even if the object is replaced meanwhile. */
interface OpenObject {
  readonly record: ObjectRecord;
  readonly file: FileHandle;
}

/** Objects: their records in the store, and their bytes in files that are on the disk before any record names them. */
export interface ObjectStore {
  /** Creates the bucket unless it exists. */
  createBucket(name: string): Promise<void>;
  hasBucket(name: string): boolean;
  /** Names and times of creation, ordered by name. */
  buckets(): { name: string; createdAt: number }[];
  /**
   * Stores the bytes durably, then replaces the key's object. If `bytes` throws, or the disk or the store cannot write,
   * it rejects and changes nothing. `headers` is called after the bytes are read. With `ifAbsent` the answer is `exists`
   * if the key has an object.
   */
  put(
    bucket: string,
    key: string,
    bytes: AsyncIterable<Uint8Array>,
    headers: () => Readonly<Record<string, string>>,
    options?: { readonly ifAbsent?: boolean },
  ): Promise<ObjectRecord | "exists">;
  /** The caller closes `file`. Rejects with `DamagedContent` if the bytes differ from those that were put. */
  open(bucket: string, key: string): Promise<OpenObject | undefined>;
  remove(bucket: string, key: string): Promise<void>;
  /** Deletes each object for which `isUnwanted` returns true, also when called again at the moment of deletion. */
  removeAll(isUnwanted: (object: ObjectRecord) => boolean): Promise<void>;
  /**
   * Objects whose keys begin with `prefix`, in the order of the keys' UTF-8 bytes, as S3 lists them, from a position on.
   */
  list(
    bucket: string,
    prefix: string,
    from: { readonly gt?: string; readonly gte?: string },
  ): Iterable<ObjectRecord>;
  /** Deletes files that no record names. Calls `onDamaged` for each object that cannot be read. */
  tidy(onDamaged?: (bucket: string, key: string, why: string) => void): Promise<void>;
}

type Stored = Omit<ObjectRecord, "key">;

/** Records that are read before others get their turn. */
const STEP = 500;

const bucketKey = (name: string): Key => ["s3", "bucket", name];
const objectKey = (bucket: string, key: string): Key => ["s3", "object", bucket, key];

/** Which records to set aside when this one is damaged: no other record needs an object's. */
export function spareObject(key: Key): Key | undefined {
  return key[0] === "s3" && key[1] === "object" && key.length === 4 ? key : undefined;
}

/** Stores buckets and objects; the caller checks names, and none becomes a path. */
export function objectStore(store: Store, contents: Contents, clock: Clock): ObjectStore {
  const find = (bucket: string, key: string): ObjectRecord | undefined => {
    const stored = store.get<Stored>(objectKey(bucket, key));
    return stored && { key, ...stored };
  };

  return {
    async createBucket(name) {
      if (store.get(bucketKey(name))) return;
      await store.commit((view) => ({
        writes: view.get(bucketKey(name)) ? [] : [[bucketKey(name), { createdAt: clock.now() }]],
        value: undefined,
      }));
    },
    hasBucket: (name) => store.get(bucketKey(name)) !== undefined,
    buckets: () =>
      [...store.list<{ createdAt: number }>({ prefix: ["s3", "bucket"] })].map(([key, { createdAt }]) => ({
        name: String(key.at(-1)),
        createdAt,
      })),

    async put(bucket, key, bytes, headers, { ifAbsent = false } = {}) {
      const outcome = await contents.write(bytes, (content) => {
        const stored: Stored = { ...content, lastModified: clock.now(), headers: headers() };
        return store.commit((view) => {
          const before = view.get<Stored>(objectKey(bucket, key));
          const isKept = !(ifAbsent && before);
          return {
            writes: isKept ? [[objectKey(bucket, key), stored]] : [],
            value: { isKept, stored, before },
          };
        });
      });
      if (!outcome.isKept) return "exists";
      if (outcome.before) await contents.remove(outcome.before.file);
      return { key, ...outcome.stored };
    },

    async open(bucket, key) {
      // The object may be replaced between the look-up and the opening: then there is a newer record.
      for (;;) {
        const record = find(bucket, key);
        if (!record) return undefined;
        try {
          return { record, file: await contents.open(record) };
        } catch (cause) {
          if (!(cause instanceof DamagedContent) || find(bucket, key)?.file === record.file) throw cause;
        }
      }
    },

    async remove(bucket, key) {
      const before = await store.commit((view) => {
        const found = view.get<Stored>(objectKey(bucket, key));
        return { writes: found ? [[objectKey(bucket, key), undefined]] : [], value: found };
      });
      if (before) await contents.remove(before.file);
    },

    async removeAll(isUnwanted) {
      const unwanted = (key: Key, stored: Stored) => isUnwanted({ key: String(key.at(-1)), ...stored });
      for (
        let step = recordsAfter(store, undefined);
        step.length > 0;
        step = recordsAfter(store, step.at(-1)![0])
      ) {
        const keys = step.filter(([key, stored]) => unwanted(key, stored)).map(([key]) => key);
        if (keys.length > 0) {
          const removed = await store.commit((view) => {
            const found = keys
              .map((key) => [key, view.get<Stored>(key)] as const)
              .filter((one): one is [Key, Stored] => one[1] !== undefined && unwanted(one[0], one[1]));
            return { writes: found.map(([key]) => [key, undefined] as const), value: found };
          });
          for (const [, { file }] of removed) await contents.remove(file);
        }
        await new Promise((next) => setImmediate(next));
      }
    },

    *list(bucket, prefix, { gt = "", gte = prefix }) {
      const records = store.list<Stored>({
        prefix: ["s3", "object", bucket],
        gt: objectKey(bucket, gt),
        gte: objectKey(bucket, gte),
      });
      for (const [recordKey, stored] of records) {
        const key = String(recordKey.at(-1));
        if (!key.startsWith(prefix)) return;
        yield { key, ...stored };
      }
    },

    async tidy(onDamaged) {
      // A file that is not being written is named by one record, which is already stored. So whatever is put or
      // deleted while the records are read, the files that remain are unused.
      const unnamed = new Set(await contents.files());
      let after: Key | undefined;
      do {
        const step = recordsAfter(store, after);
        after = step.at(-1)?.[0];
        for (const [key, stored] of step) {
          unnamed.delete(stored.file);
          if (!onDamaged) continue;
          const [, , bucket, name] = key.map(String);
          const damage = await damageOf(contents, stored);
          if (damage && find(bucket!, name!)?.file === stored.file) onDamaged(bucket!, name!, damage);
        }
        await new Promise((next) => setImmediate(next));
      } while (after);
      for (const file of unnamed) await contents.remove(file);
    },
  };
}

function recordsAfter(store: Store, after: Key | undefined): [Key, Stored][] {
  const step: [Key, Stored][] = [];
  for (const [key, stored] of store.list<Stored>({ prefix: ["s3", "object"], gt: after })) {
    step.push([key, stored]);
    if (step.length === STEP) break;
  }
  return step;
}

async function damageOf(contents: Contents, content: Content): Promise<string | undefined> {
  try {
    await (await contents.open(content)).close();
    return undefined;
  } catch (cause) {
    return (cause as Error).message;
  }
}
