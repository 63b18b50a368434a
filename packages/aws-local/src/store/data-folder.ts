import { closeSync, existsSync, fsyncSync, openSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { getSystemErrorMap } from "node:util";
import { DamagedStore, NewerFolder, OlderFolder, UnusableFolder } from "./folder-errors.ts";
import { holdFolder } from "./folder-hold.ts";
import { type Damage, examine, FORMAT, FORMAT_KEY, STATE_FILE, writeState } from "./folder-state.ts";
import { decodeKey, encodeKey } from "./key.ts";
import { type LmdbStore, LOCK_FILE, openLmdb, STORE_FILE } from "./lmdb-store.ts";
import { DamagedRecord, type Key, keyText, type Store, type StoreFailure, type View } from "./store.ts";

/** A folder that only this process holds, with its store open. */
export interface DataFolder {
  readonly store: Store;
  /** Notes for the user, one line each. */
  readonly notes: readonly string[];
  /** Closes the store and releases the folder. */
  close(): Promise<void>;
}

export interface DataFolderOptions {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /**
   * Which records may be set aside together with a damaged one: all those under the returned prefixes (an ended
   * execution, an object). Undefined if none may be: then the folder is refused. It may read the store, but no damaged
   * record.
   */
  readonly spare?: (key: Key, view: View) => Key | undefined;
  /** Called with a line when the store cannot write, at most once a minute. */
  readonly log?: (line: string) => void;
}

/**
 * Opens a data folder, which is created if it is absent or empty. After an unclean end, all records are checked before
 * the store is opened: damaged records that are not essential are moved to `set-aside-….ndjson` next to it. Throws
 * `DirectoryInUse`, `DamagedStore`, `NewerFolder`, `OlderFolder` or `UnusableFolder`, and then has changed nothing.
 */
export async function openDataFolder(named: string, options: DataFolderOptions): Promise<DataFolder> {
  const folder = await makeFolder(named);
  const letGo = await usable(named, () => holdFolder(folder));
  try {
    return await usable(named, () => openHeld(folder, options, letGo));
  } catch (cause) {
    await letGo();
    throw cause;
  }
}

async function openHeld(
  folder: string,
  options: DataFolderOptions,
  letGo: () => Promise<void>,
): Promise<DataFolder> {
  await refuseOlder(folder);
  const found = examine(folder);
  if (found.is === "new") writeState(folder, false, true);
  takeSpaceForLock(folder);
  const store = openLmdb(folder, failureReporter(options));
  let notes: string[] = [];
  try {
    if (found.is === "new" || (found.is === "walked" && found.records === 0))
      await store.write([[FORMAT_KEY, FORMAT]]);
    refuseNewer(folder, store);
    if (found.is === "walked") notes = await setAside(folder, store, found.damage, options);
    writeState(folder, false);
  } catch (cause) {
    await store.close();
    throw cause;
  }
  let closed: Promise<void> | undefined;
  const close = async () => {
    await store.close();
    try {
      writeState(folder, !store.hasShownDamage());
    } catch {
      // Without it the next start checks the store.
    }
    await letGo();
  };
  return {
    store,
    notes,
    close() {
      closed ??= close();
      return closed;
    },
  };
}

const REPORT_EVERY_MS = 60_000;

/** One line for many failures: each caller gets an error in any case. */
function failureReporter({ now, log }: DataFolderOptions): (cause: StoreFailure) => void {
  let reportedAt = Number.NEGATIVE_INFINITY;
  return ({ message }) => {
    if (now() < reportedAt + REPORT_EVERY_MS) return;
    reportedAt = now();
    log?.(`${message}; nothing is lost, and work continues when it can write again`);
  };
}

/** LMDB maps the file of its locks: a page without disk space would kill the process. Throws what writing throws. */
function takeSpaceForLock(folder: string): void {
  const path = join(folder, LOCK_FILE);
  if (existsSync(path)) return;
  try {
    writeFileSync(path, Buffer.alloc(16_384), { mode: 0o600, flag: "wx" });
  } catch (cause) {
    rmSync(path, { force: true });
    throw cause;
  }
}

function refuseNewer(folder: string, view: View): void {
  try {
    const format = view.get<number>(FORMAT_KEY) ?? FORMAT;
    if (format > FORMAT) throw new NewerFolder(folder, format, FORMAT);
  } catch (cause) {
    if (cause instanceof DamagedRecord) throw new DamagedStore(folder, cause.message);
    throw cause;
  }
}

/** Creates a folder and returns its real path, by which it is locked. Throws `UnusableFolder`. */
export async function makeFolder(named: string): Promise<string> {
  return usable(named, async () => {
    await mkdir(named, { recursive: true, mode: 0o700 });
    return realpath(named);
  });
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "its file system is read-only",
  EEXIST: "it is not a folder",
  ENOTDIR: "it is not a folder",
  ENOSPC: "no space is left on its disk",
  EDQUOT: "this user's share of its disk is used up",
  ELOOP: "its links lead nowhere",
  ENAMETOOLONG: "its name is too long",
};

/** Says in one line why a folder cannot be used. */
export async function usable<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { code } = cause as { code?: string | number };
    // LMDB's errors have only the number.
    const name = typeof code === "number" ? getSystemErrorMap().get(-code)?.[0] : code;
    const reason = reasons[name ?? ""];
    if (reason === undefined) throw cause;
    throw new UnusableFolder(`${folder} cannot be used as a data folder: ${reason}.`, { cause });
  }
}

/** Folders of services where an earlier version had its own files. */
const formerFolders = ["bus", "dynamodb", "lambda", "s3", "sqs", "states", "transcribe"];

async function refuseOlder(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.includes(STORE_FILE) || names.includes(STATE_FILE)) return;
  for (const name of formerFolders.filter((former) => names.includes(former))) {
    const file = (await readdir(join(folder, name))).find((one) => /\.jsonl$|^dynamodb\.db$/.test(one));
    if (file !== undefined) throw new OlderFolder(folder, `${name}/${file}`);
  }
}

const MAX_NOTES = 20;

/** Moves damaged records, and those that are useless without them, into a file, if none of them is essential. */
async function setAside(
  folder: string,
  store: LmdbStore,
  damage: readonly Damage[],
  { now, spare }: DataFolderOptions,
): Promise<string[]> {
  if (damage.length === 0) return [];
  const prefixes = new Map<string, Key>();
  for (const one of damage) {
    const prefix = sparedWith(one, store, spare);
    if (!prefix) throw new DamagedStore(folder, `the record ${nameOf(one)} is not as it was written`);
    prefixes.set(encodeKey(prefix).toString("latin1"), prefix);
  }
  const name = `set-aside-${new Date(now()).toISOString().replace(/:/g, "-")}.ndjson`;
  const lines = new Map<string, string>();
  const notes: string[] = [];
  for (const prefix of prefixes.values()) {
    const found = [...store.listRaw({ prefix })];
    for (const { key, value } of found)
      lines.set(
        key.toString("base64"),
        JSON.stringify({ key: key.toString("base64"), value: value.toString("base64") }),
      );
    notes.push(`${keyText(prefix)} was damaged: its ${found.length} records were set aside in ${name}`);
  }
  const file = openSync(join(folder, name), "a", 0o600);
  try {
    writeFileSync(file, `${[...lines.values()].join("\n")}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  await store.write([...lines.keys()].map((key) => [decodeKey(Buffer.from(key, "base64")), undefined]));
  if (notes.length <= MAX_NOTES) return notes;
  return [...notes.slice(0, MAX_NOTES), `and ${notes.length - MAX_NOTES} more were set aside in ${name}`];
}

/** Undefined if its key is damaged, or it is essential. */
function sparedWith({ key, of }: Damage, view: View, spare: DataFolderOptions["spare"]): Key | undefined {
  if (of === "damaged_key") return undefined;
  const whole = decodeKey(key);
  try {
    const prefix = spare?.(whole, view);
    const begun = prefix && encodeKey(prefix);
    return begun && key.subarray(0, begun.length).equals(begun) ? prefix : undefined;
  } catch {
    // The records that it needs are damaged too.
    return undefined;
  }
}

function nameOf({ key, of }: Damage): string {
  return of === "damaged_value"
    ? keyText(decodeKey(key))
    : `with the bytes ${key.subarray(0, 60).toString("hex")}`;
}
