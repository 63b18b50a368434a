import { chmodSync, statSync } from "node:fs";
import { copyFile, mkdir, open as openFile, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { open } from "lmdb";
import { makeFolder, usable } from "./data-folder.ts";
import { DamagedStore, DirectoryInUse, UnusableFolder } from "./folder-errors.ts";
import { holdFolder } from "./folder-hold.ts";
import { examine, STATE_FILE, writeState } from "./folder-state.ts";
import { environmentOf, LOCK_FILE, STORE_FILE } from "./lmdb-store.ts";

/** What was copied. */
export interface Copied {
  readonly records: number;
  /** Files besides the store: the contents of objects. */
  readonly files: number;
}

/**
 * Copies a data folder into another, absent or empty, which becomes a data folder too. The source may be in use: its
 * records are copied as of one moment. The other files, which never change after they are written, are copied before
 * and once more after the records. So each file that a record names is there, unless it was deleted meanwhile. The copy
 * is checked before it counts. Throws `DamagedStore`, `NewerFolder` or `UnusableFolder`.
 */
export async function backupDataFolder(named: string, target: string): Promise<Copied> {
  const from = await existing(named);
  const letGo = await holdUnlessInUse(from);
  try {
    // A file that changes cannot be checked; LMDB shows its readers the state of one moment.
    if (letGo) countWhole(from);
    return await intoEmpty(target, from, async (to) => {
      const first = await copyFiles(from, to);
      await copyRecords(from, to);
      const second = await copyFiles(from, to);
      return { records: countWhole(to), files: new Set([...first, ...second]).size };
    });
  } finally {
    await letGo?.();
  }
}

/**
 * Copies the result of `backupDataFolder` into a data folder, absent or empty, after checking it. Throws
 * `DirectoryInUse`, `DamagedStore`, `NewerFolder` or `UnusableFolder`, and then has restored nothing.
 */
export async function restoreDataFolder(source: string, named: string): Promise<Copied> {
  const from = await existing(source);
  const letGo = await holdUnlessInUse(from);
  if (!letGo) throw new DirectoryInUse(from);
  try {
    const records = countWhole(from);
    return await intoEmpty(named, from, async (to) => {
      await copyDurably(join(from, STORE_FILE), join(to, STORE_FILE));
      return { records, files: (await copyFiles(from, to)).length };
    });
  } finally {
    await letGo();
  }
}

/** Undefined if another process has it. A folder that nobody can write to needs no lock. */
async function holdUnlessInUse(folder: string): Promise<(() => Promise<void>) | undefined> {
  try {
    return await holdFolder(folder);
  } catch (cause) {
    if (cause instanceof DirectoryInUse) return undefined;
    if (["EROFS", "EACCES"].includes((cause as NodeJS.ErrnoException).code ?? "")) return async () => {};
    throw cause;
  }
}

/** The real path of a folder with a store. */
async function existing(named: string): Promise<string> {
  const found = await stat(join(named, STORE_FILE)).catch(() => undefined);
  if (!found?.isFile()) throw new UnusableFolder(`There is no store in ${named}.`);
  return makeFolder(named);
}

/** Checks that every record of a store is as it was written. */
function countWhole(folder: string): number {
  const found = examine(folder, true);
  if (found.is !== "walked") throw new DamagedStore(folder, `${STORE_FILE} is empty`);
  const { length } = found.damage;
  if (length > 0) throw new DamagedStore(folder, `${length} records are not as they were written`);
  return found.records;
}

/** Fills a folder and makes it a data folder; if that fails, the folder is left as it was. */
async function intoEmpty(
  named: string,
  from: string,
  fill: (to: string) => Promise<Copied>,
): Promise<Copied> {
  const wasThere = (await stat(named).catch(() => undefined)) !== undefined;
  const to = await makeFolder(named);
  const letGo = await usable(named, () => holdFolder(to));
  let isFilling = !wasThere;
  try {
    if (isWithin(to, from))
      throw new UnusableFolder(`${named} is within ${from}: choose a folder outside it.`);
    if ((await readdir(to)).length > 0)
      throw new UnusableFolder(`${named} is not empty: choose a folder that is empty or does not exist.`);
    isFilling = true;
    const copied = await usable(named, () => fill(to));
    writeState(to, true);
    return copied;
  } catch (cause) {
    if (isFilling) for (const name of await readdir(to)) await rm(join(to, name), { recursive: true });
    if (!wasThere) await rm(to, { recursive: true });
    throw cause;
  } finally {
    await letGo();
  }
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function copyRecords(from: string, to: string): Promise<void> {
  const database = open({ ...environmentOf(from), readOnly: true });
  try {
    await database.backup(join(to, STORE_FILE), true);
  } finally {
    await database.close();
  }
  chmodSync(join(to, STORE_FILE), 0o600);
  await sync(join(to, STORE_FILE));
}

const ofTheStore = [STORE_FILE, LOCK_FILE, STATE_FILE, `${STATE_FILE}.new`, "store.lock"];

/** Copies the files that are missing, or were incomplete when they were copied; returns their names. */
async function copyFiles(from: string, to: string, within = ""): Promise<string[]> {
  const copied: string[] = [];
  for (const entry of await readdir(join(from, within), { withFileTypes: true })) {
    const name = join(within, entry.name);
    if (within === "" && ofTheStore.includes(name)) continue;
    if (entry.isDirectory()) {
      await mkdir(join(to, name), { recursive: true, mode: 0o700 });
      copied.push(...(await copyFiles(from, to, name)));
    } else if (entry.isFile() && !isCopied(join(from, name), join(to, name))) {
      const gone = await copyDurably(join(from, name), join(to, name)).then(
        () => false,
        (cause: NodeJS.ErrnoException) => {
          if (cause.code !== "ENOENT") throw cause;
          return true;
        },
      );
      if (!gone) copied.push(name);
    }
  }
  return copied;
}

function isCopied(from: string, to: string): boolean {
  const [original, copy] = [from, to].map((path) => statSync(path, { throwIfNoEntry: false }));
  return (
    original !== undefined &&
    copy !== undefined &&
    original.size === copy.size &&
    original.mtimeMs <= copy.mtimeMs
  );
}

async function copyDurably(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const part = `${to}.part`;
  await copyFile(from, part);
  chmodSync(part, 0o600);
  await sync(part);
  await rename(part, to);
}

async function sync(path: string): Promise<void> {
  const file = await openFile(path, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
