import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { virtualClock } from "../clock/index.ts";
import { backupDataFolder, restoreDataFolder } from "./backup.ts";
import { openDataFolder } from "./data-folder.ts";
import { DamagedStore, DirectoryInUse, NewerFolder, UnusableFolder } from "./folder-errors.ts";

const { now } = virtualClock();

/** A folder in use with 200 records and the contents of two objects, and a place for its copy. */
async function folderInUse() {
  const place = await mkdtemp(join(tmpdir(), "backup-"));
  onTestFinished(() => rm(place, { recursive: true, force: true }));
  const folder = join(place, "data");
  const opened = await openDataFolder(folder, { now });
  onTestFinished(() => opened.close());
  await opened.store.write(
    Array.from({ length: 200 }, (_, n) => [["n", n], { n, text: "x".repeat(n * 20) }]),
  );
  mkdirSync(join(folder, "s3", "bucket"), { recursive: true });
  writeFileSync(join(folder, "s3", "bucket", "one"), "content of one");
  writeFileSync(join(folder, "s3", "two"), "content of two");
  writeFileSync(join(folder, "key.json"), "{}");
  return { ...opened, folder, copy: join(place, "copy"), restored: join(place, "restored") };
}

async function contentsOf(folder: string) {
  const { store, notes, close } = await openDataFolder(folder, { now });
  expect(notes).toEqual([]);
  const records = [...store.list({ prefix: ["n"] })];
  await close();
  return records;
}

it("copies a folder in use as of one moment, with its files, and restores it", async () => {
  const { folder, store, copy, restored } = await folderInUse();
  const before = [...store.list({ prefix: ["n"] })];
  let isDone = false;
  const writing = (async () => {
    // Each moment has as many "plus" as "minus".
    for (let n = 0; !isDone; n++)
      await store.write([
        [["plus", n], n],
        [["minus", n], n],
      ]);
  })();
  const copied = await backupDataFolder(folder, copy);
  isDone = true;
  await writing;
  expect(copied.files).toBe(3);
  expect(copied.records).toBeGreaterThanOrEqual(201);
  const again = await restoreDataFolder(copy, restored);
  expect(again).toEqual(copied);
  const { store: found, close } = await openDataFolder(restored, { now });
  expect([...found.list({ prefix: ["n"] })]).toEqual(before);
  const [plus, minus] = [["plus"], ["minus"]].map(
    (prefix) => [...found.list({ prefix: prefix as ["plus"] })].length,
  );
  expect(plus).toBe(minus);
  await close();
  expect(readFileSync(join(restored, "s3", "bucket", "one"), "utf8")).toBe("content of one");
  expect(readdirSync(restored).sort()).toEqual([
    "key.json",
    "s3",
    "store.json",
    "store.mdb",
    "store.mdb-lock",
  ]);
  if (process.platform === "win32") return;
  expect(statSync(join(copy, "store.mdb")).mode & 0o777).toBe(0o600);
  expect(statSync(join(restored, "s3")).mode & 0o777).toBe(0o700);
});

it("copies a folder that nobody uses, even if its process was killed", async () => {
  const { folder, close, copy } = await folderInUse();
  await close();
  rmSync(join(folder, "store.json"));
  await backupDataFolder(folder, copy);
  expect(await contentsOf(copy)).toHaveLength(200);
  expect(await contentsOf(folder)).toHaveLength(200);
});

it("copies nothing of a damaged store, and leaves no partial copy", async () => {
  const { folder, close, store, copy } = await folderInUse();
  await store.write([[["n", 1], "an unlikely text"]]);
  await close();
  const path = join(folder, "store.mdb");
  const bytes = readFileSync(path);
  bytes[bytes.lastIndexOf("unlikely")]! ^= 1;
  writeFileSync(path, bytes);
  await expect(backupDataFolder(folder, copy)).rejects.toBeInstanceOf(DamagedStore);
  expect(readdirSync(join(copy, ".."))).toEqual(["data"]);
});

it("copies only into an empty folder, and not into the source", async () => {
  const { folder, copy } = await folderInUse();
  mkdirSync(copy);
  writeFileSync(join(copy, "mine"), "kept");
  for (const target of [copy, folder, join(folder, "copy")])
    await expect(backupDataFolder(folder, target)).rejects.toThrow(
      target === copy ? /is not empty: choose/ : target === folder ? DirectoryInUse : /is within/,
    );
  expect(readdirSync(copy)).toEqual(["mine"]);
  expect(readdirSync(folder)).not.toContain("copy");
  await expect(backupDataFolder(join(folder, "nowhere"), copy)).rejects.toThrow(
    new UnusableFolder(`There is no store in ${join(folder, "nowhere")}.`),
  );
});

it("restores only a complete copy of this version, into an empty folder that nobody uses", async () => {
  const { folder, copy, restored } = await folderInUse();
  await backupDataFolder(folder, copy);
  await expect(restoreDataFolder(copy, folder)).rejects.toThrow(DirectoryInUse);
  await expect(restoreDataFolder(folder, restored)).rejects.toThrow(DirectoryInUse);
  const state = JSON.parse(readFileSync(join(copy, "store.json"), "utf8"));
  writeFileSync(join(copy, "store.json"), JSON.stringify({ ...state, format: 9 }));
  await expect(restoreDataFolder(copy, restored)).rejects.toThrow(NewerFolder);
  writeFileSync(join(copy, "store.json"), JSON.stringify(state));
  const bytes = readFileSync(join(copy, "store.mdb"));
  writeFileSync(join(copy, "store.mdb"), bytes.subarray(0, bytes.length - 8_192));
  await expect(restoreDataFolder(copy, restored)).rejects.toThrow(DamagedStore);
  expect(readdirSync(join(copy, "..")).sort()).toEqual(["copy", "data"]);
});
