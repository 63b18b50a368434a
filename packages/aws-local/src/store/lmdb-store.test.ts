import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, type TestContext, vi } from "vitest";
import { readLmdbFile } from "./lmdb-file.ts";
import { LOCK_FILE, openLmdb, PAGE_BYTES, STORE_FILE } from "./lmdb-store.ts";
import { DamagedRecord, type Key, StoreFailure } from "./store.ts";

async function newFolder() {
  const folder = await mkdtemp(join(tmpdir(), "lmdb-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

function openStore(folder: string) {
  const store = openLmdb(folder);
  onTestFinished(() => store.close());
  return store;
}

/** A file system of 4 MB, three quarters of it filled by a file that can be deleted. */
async function smallDisk(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    await rm(folder, { recursive: true });
    return context.skip("mounting a file system is refused here");
  }
  onTestFinished(async () => {
    execFileSync("umount", [folder]);
    await rm(folder, { recursive: true });
  });
  await writeFile(join(folder, "ballast"), Buffer.alloc(3 << 20));
  await mkdir(join(folder, "data"));
  return { data: join(folder, "data"), makeSpace: () => rm(join(folder, "ballast")) };
}

const big = "x".repeat(40_000);

it("keeps its files from everybody else", async ({ skip }) => {
  if (process.platform === "win32") skip("Windows has no such modes");
  const folder = await newFolder();
  await openStore(folder).write([[["n"], 1]]);
  const modes = [STORE_FILE, LOCK_FILE].map(async (name) => (await stat(join(folder, name))).mode & 0o777);
  expect(await Promise.all(modes)).toEqual([0o600, 0o600]);
});

it("counts as many barriers as LMDB counts transactions", async () => {
  const folder = await newFolder();
  const store = openStore(folder);
  const transactions = () => readLmdbFile(join(folder, STORE_FILE), PAGE_BYTES).newest?.transaction ?? 0;
  const before = transactions();
  for (let turn = 0; turn < 20; turn++) {
    await Promise.all(Array.from({ length: turn }, (_, n) => store.write([[["n", n], turn]])));
    await store.write([[["nowhere"], undefined]]);
    store.writeSoon([[["soon"], turn]]);
    await store.commit((view) => ({
      writes: [[["sum"], [...view.list({ prefix: ["n"] })].length]],
      value: 0,
    }));
  }
  expect([store.commits(), transactions() - before]).toEqual([39, 39]);
});

it("fails commits while its disk is full, shows nothing of them, and continues when there is space", async (context) => {
  const disk = await smallDisk(context);
  const store = openStore(disk.data);
  const written: number[] = [];
  let refused = 0;
  for (let n = 0; n < 60; n++) {
    const write = store.write([[["n", n], big]]);
    let isDone = false;
    const outcome = write.then(
      () => "written" as const,
      (cause: unknown) => cause,
    );
    void outcome.finally(() => {
      isDone = true;
    });
    let isSeen = false;
    while (!isDone) {
      isSeen ||= store.get(["n", n]) !== undefined;
      await new Promise(setImmediate);
    }
    if ((await outcome) === "written") written.push(n);
    else {
      expect(await outcome).toBeInstanceOf(StoreFailure);
      expect([isSeen, store.get(["n", n])]).toEqual([false, undefined]);
      refused++;
    }
  }
  expect(written.length).toBeGreaterThan(3);
  expect(refused).toBeGreaterThan(3);
  const all = Array.from({ length: 40 }, (_, n) => store.write([[["m", n], big]]));
  const outcomes = await Promise.allSettled(all);
  expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(40);
  await disk.makeSpace();
  await store.write([[["after"], 1]]);
  await Promise.all(Array.from({ length: 10 }, (_, n) => store.write([[["m", n], big]])));
  expect([...store.list({ prefix: ["n"] })].map(([[, n]]) => n)).toEqual(written);
  await store.close();
  const again = openStore(disk.data);
  expect([...again.list({ prefix: ["n"] })].map(([[, n]]) => n)).toEqual(written);
  expect(again.get(["after"])).toBe(1);
});

it("keeps writes that may be lost while the disk is full, in their order, and makes them by itself later", async (context) => {
  const disk = await smallDisk(context);
  const store = openStore(disk.data);
  await store.write([[["n"], 0]]);
  store.writeSoon([
    [["n"], 1],
    [["ballast"], Array.from({ length: 60 }, () => big)],
  ]);
  await expect(store.write([[["m"], 1]])).rejects.toThrow(StoreFailure);
  store.writeSoon([[["n"], 2]]);
  await expect(store.write([[["n"], 9]])).rejects.toThrow(StoreFailure);
  expect([store.get(["n"]), store.get(["m"])]).toEqual([0, undefined]);
  store.writeSoon([[["n"], 3]]);
  await disk.makeSpace();
  await vi.waitFor(() => expect(store.get(["n"])).toBe(3), { timeout: 10_000 });
  expect(store.get(["ballast"])).toHaveLength(60);
});

it("finds a changed bit of a value when it is read and not before", async () => {
  const folder = await newFolder();
  const first = openStore(folder);
  const key: Key = ["states", "execution", "e1", "history", 7];
  await first.write([
    [key, "an unlikely text"],
    [["states", "execution", "e2"], "another"],
  ]);
  await first.close();
  const path = join(folder, STORE_FILE);
  const bytes = readFileSync(path);
  const at = bytes.lastIndexOf("unlikely");
  bytes[at] = bytes[at]! ^ 4;
  writeFileSync(path, bytes);
  const store = openStore(folder);
  expect([store.get(["states", "execution", "e2"]), store.hasShownDamage()]).toEqual(["another", false]);
  expect(() => store.get(key)).toThrow(DamagedRecord);
  expect(() => [...store.list({ prefix: ["states"] })]).toThrow(
    'the record "states/execution/e1/…" of the store is damaged',
  );
  await expect(store.commit((view) => ({ writes: [], value: view.get(key) }))).rejects.toThrow(DamagedRecord);
  expect(store.hasShownDamage()).toBe(true);
  await store.write([[key, "whole again"]]);
  expect(store.get(key)).toBe("whole again");
});

it("finishes earlier commits before it closes", async () => {
  const store = openStore(await newFolder());
  const before = Array.from({ length: 5 }, (_, n) => store.write([[["n", n], n]]));
  const [closing, after] = [store.close(), store.write([[["n", 6], 6]])];
  await expect(after).rejects.toThrow(new StoreFailure("the store is closed"));
  await Promise.all([...before, closing]);
});
