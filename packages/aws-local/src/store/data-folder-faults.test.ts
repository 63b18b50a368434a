import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { copyFileSync, cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it, onTestFinished } from "vitest";
import { virtualClock } from "../clock/index.ts";
import { openDataFolder } from "./data-folder.ts";
import { DamagedStore, UnusableFolder } from "./folder-errors.ts";
import { STORE_FILE } from "./lmdb-store.ts";
import type { View, Write } from "./store.ts";

const { now } = virtualClock();

async function newPlace() {
  const place = await mkdtemp(join(tmpdir(), "faults-"));
  onTestFinished(() => rm(place, { recursive: true, force: true }));
  return join(place, "folder");
}

/** Numbers that are the same in each run. */
function numbersFrom(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Runs a program on a folder in a process of its own; it has `folder` and `openDataFolder`. */
function child(folder: string, program: string): ChildProcess {
  const source = `import { openDataFolder } from ${JSON.stringify(import.meta.resolve("./data-folder.ts"))};
    const folder = ${JSON.stringify(folder)}; const now = () => 0; ${program}`;
  const started = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", source], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => {
    started.kill("SIGKILL");
  });
  return started;
}

const linesOf = (process: ChildProcess) => createInterface({ input: process.stdout! });

/** Commits pairs of records as fast as it can, eight at a time, and prints the number of each when it is on the disk. */
const writer = `
  const { store } = await openDataFolder(folder, { now });
  let next = store.get(["next"]) ?? 0;
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (;;) {
      const n = next++;
      await store.commit((view) => ({
        writes: [[["pair", n, "a"], "x".repeat((n * 37) % 3000)], [["pair", n, "b"], n], [["next"], n + 1],
          ...(n % 3 === 0 ? [[["pair", n - 50, "a"], undefined], [["pair", n - 50, "b"], undefined]] : [])],
        value: undefined,
      }));
      process.stdout.write(n + "\\n");
    }
  }));`;

it("loses nothing that it has acknowledged when its process is killed under load, again and again", {
  timeout: 60_000,
}, async () => {
  const folder = await newPlace();
  const number = numbersFrom(7);
  const acknowledged = new Set<number>();
  for (let round = 0; round < 4; round++) {
    const process = child(folder, writer);
    const ended = new Promise((resolve) => process.on("exit", (_, signal) => resolve(signal)));
    let left = 20 + number(300);
    for await (const line of linesOf(process)) {
      acknowledged.add(Number(line));
      if (--left === 0) process.kill("SIGKILL");
    }
    expect(await ended).toBe("SIGKILL");
    const { store, notes, close } = await openDataFolder(folder, { now });
    expect(notes).toEqual([]);
    for (const n of acknowledged) {
      const isRemoved = [...acknowledged].some((later) => later % 3 === 0 && later - 50 === n);
      const [a, b] = [store.get(["pair", n, "a"]), store.get(["pair", n, "b"])];
      if (b === undefined && a === undefined && (isRemoved || (n + 50) % 3 === 0)) continue;
      expect([a, b]).toEqual(["x".repeat((n * 37) % 3000), n]);
    }
    const pairs = [...store.list({ prefix: ["pair"] })].map(([[, n, which]]) => `${n}${which}`);
    expect(pairs.filter((one) => one.endsWith("a")).map((one) => one.replace("a", "b"))).toEqual(
      pairs.filter((one) => one.endsWith("b")),
    );
    await close();
  }
});

it("gives it to one of two processes that start at the same moment; the other says so in one line", async () => {
  const folder = await newPlace();
  const program = `
    await openDataFolder(folder, { now }).then(
      ({ close }) => { console.log("opened"); process.stdin.resume().on("end", close); },
      (cause) => console.log(cause.name + ": " + cause.message));`;
  const starts = [child(folder, program), child(folder, program)];
  const said = starts.map(async (process) => {
    for await (const line of linesOf(process)) return line;
    return "";
  });
  expect((await Promise.all(said)).sort()).toEqual([
    expect.stringMatching(/^DirectoryInUse: .*folder is in use by another process: stop that one/),
    "opened",
  ]);
  for (const process of starts) process.stdin?.end();
});

it("leaves a folder of a read-only file system as it is", async ({ skip }) => {
  const folder = await newPlace();
  const { store, close } = await openDataFolder(folder, { now });
  await store.write([[["a"], 1]]);
  await close();
  try {
    execFileSync("mount", ["--bind", folder, folder], { stdio: "ignore" });
  } catch {
    skip("mounting a file system is refused here");
  }
  try {
    execFileSync("mount", ["-o", "remount,ro,bind", folder]);
    await expect(openDataFolder(folder, { now })).rejects.toThrow(
      new UnusableFolder(`${folder} cannot be used as a data folder: its file system is read-only.`),
    );
  } finally {
    execFileSync("umount", [folder]);
  }
  const again = await openDataFolder(folder, { now });
  expect(again.store.get(["a"])).toBe(1);
  await again.close();
});

/** A folder whose store has branches, values on pages of their own, and free pages; with what is in it. */
async function wornFolder() {
  const folder = await newPlace();
  const { store, close } = await openDataFolder(folder, { now });
  const number = numbersFrom(3);
  for (let turn = 0; turn < 12; turn++) {
    const writes = Array.from({ length: 120 }, (): Write => {
      const length = number(12) === 0 ? number(20_000) : number(400);
      return [
        ["row", number(600), "x".repeat(number(100))],
        number(3) === 0 ? undefined : "y".repeat(length),
      ];
    });
    await store.write(writes);
  }
  const contents = contentsOf(store);
  await close();
  return { folder, contents };
}

const contentsOf = (view: View) => JSON.stringify([...view.list({ prefix: ["row"] })]);

/** Opens a changed copy: it must have all records, or be refused and left unchanged. */
async function outcomeOf(copy: string, contents: string): Promise<"whole" | "refused"> {
  const before = readFileSync(join(copy, STORE_FILE));
  try {
    const { store, close } = await openDataFolder(copy, { now });
    expect(contentsOf(store) === contents).toBe(true);
    // It can also be written to.
    await store.write([[["later"], "z".repeat(50_000)]]);
    expect(contentsOf(store) === contents).toBe(true);
    await close();
    return "whole";
  } catch (cause) {
    if (!(cause instanceof DamagedStore)) throw cause;
    expect(readFileSync(join(copy, STORE_FILE)).equals(before)).toBe(true);
    return "refused";
  }
}

it("opens with all records, or not at all, whichever bit was flipped", {
  timeout: 60_000,
}, async () => {
  const { folder, contents } = await wornFolder();
  const original = readFileSync(join(folder, STORE_FILE));
  const number = numbersFrom(11);
  const copy = `${folder}-copy`;
  const outcomes = { whole: 0, refused: 0 };
  for (let turn = 0; turn < 60; turn++) {
    rmSync(copy, { recursive: true, force: true });
    cpSync(folder, copy, { recursive: true });
    const bytes = Buffer.from(original);
    const page = number(4) === 0 ? number(2) : number(bytes.length / 8_192);
    const at = page * 8_192 + number(number(2) === 0 ? 200 : 8_192);
    bytes[at] = bytes[at]! ^ (1 << number(8));
    writeFileSync(join(copy, STORE_FILE), bytes);
    outcomes[await outcomeOf(copy, contents)]++;
  }
  expect(outcomes.whole).toBeGreaterThan(5);
  expect(outcomes.refused).toBeGreaterThan(15);
});

it("opens with all records, or not at all, wherever it was cut", async () => {
  const { folder, contents } = await wornFolder();
  const { length } = readFileSync(join(folder, STORE_FILE));
  const number = numbersFrom(5);
  const copy = `${folder}-copy`;
  for (let turn = 0; turn < 12; turn++) {
    rmSync(copy, { recursive: true, force: true });
    cpSync(folder, copy, { recursive: true });
    // Without the file next to it, only the store itself can show it.
    if (turn % 2 === 0) rmSync(join(copy, "store.json"));
    truncateSync(join(copy, STORE_FILE), 1 + number(length - 1));
    expect(await outcomeOf(copy, contents)).toBe("refused");
  }
});

it("opens a copy of the file of a killed process", async () => {
  const folder = await newPlace();
  const { store, close } = await openDataFolder(folder, { now });
  await store.write([[["row", 1], "kept"]]);
  const copy = `${folder}-copy`;
  cpSync(folder, copy, { recursive: true });
  await store.write([[["row", 2], "later"]]);
  copyFileSync(join(folder, STORE_FILE), join(copy, STORE_FILE));
  expect(await outcomeOf(copy, contentsOf(store))).toBe("whole");
  await close();
});
