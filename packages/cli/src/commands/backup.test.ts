import { mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDataFolder, virtualClock } from "@callboard/aws-local";
import { expect, it, onTestFinished } from "vitest";
import { run } from "../run.ts";
import { keptTerminal } from "../testing/kept-terminal.ts";

const { now } = virtualClock();

async function newPlace() {
  const place = await mkdtemp(join(tmpdir(), "cli-"));
  onTestFinished(() => rm(place, { recursive: true, force: true }));
  return { data: join(place, "data"), copy: join(place, "copy"), place };
}

it("backs up and restores as docs/data.md says", async () => {
  const page = await readFile(new URL("../../../../docs/data.md", import.meta.url), "utf8");
  const [, block] = /## Backup and restore\n\n```sh\n(.*?)```/s.exec(page)!;
  const { data, copy, place } = await newPlace();
  const { terminal, warned } = keptTerminal({ CALLBOARD_DATA: data });
  const { store, close } = await openDataFolder(data, { now });
  await store.write([[["n"], "kept"]]);
  const places: Readonly<Record<string, string>> = {
    "../callboard-backup": copy,
    ".callboard": data,
    ".callboard-before": join(place, "before"),
  };
  const typed = block!
    .trim()
    .split("\n")
    .map((line) => line.replace(/ +#.*/, "").split(" "))
    .map((words) => words.map((word) => places[word] ?? word));
  const [backUp, move, restore, start, ...others] = typed;
  expect(await run(backUp!.slice(2), terminal)).toBe(0);
  await close();
  expect(move![0]).toBe("mv");
  await rename(move![1]!, move![2]!);
  expect(await run(restore!.slice(2), terminal)).toBe(0);
  expect([start, others, warned]).toEqual([["npx", "callboard", "start"], [], []]);
  const restored = await openDataFolder(data, { now });
  expect(restored.store.get(["n"])).toBe("kept");
  await restored.close();
});

it("backs up the data of this machine while it is in use, and restores it once it is gone", async () => {
  const { data, copy } = await newPlace();
  const { terminal, printed, warned } = keptTerminal({ CALLBOARD_DATA: data });
  const { store, close } = await openDataFolder(data, { now });
  await store.write([[["n"], "kept"]]);
  expect(await run(["backup", copy], terminal)).toBe(0);
  await close();
  expect(await run(["restore", copy], terminal)).toBe(1);
  expect(warned).toEqual([`${data} is not empty: choose a folder that is empty or does not exist.`]);
  await rm(data, { recursive: true });
  expect(await run(["restore", copy], terminal)).toBe(0);
  expect(printed).toEqual([
    `Backed up ${data} into ${copy}: 2 records and 0 files.`,
    `Restored ${copy} into ${data}: 2 records and 0 files.`,
  ]);
  const restored = await openDataFolder(data, { now });
  expect(restored.store.get(["n"])).toBe("kept");
  await restored.close();
});

it("says in one line that there is nothing to copy, and creates nothing", async () => {
  const { data, copy, place } = await newPlace();
  const { terminal, printed, warned } = keptTerminal({ CALLBOARD_DATA: data });
  expect(await run(["backup", copy], terminal)).toBe(1);
  expect(await run(["restore", copy], terminal)).toBe(1);
  expect([printed, warned]).toEqual([[], [`There is no store in ${data}.`, `There is no store in ${copy}.`]]);
  expect(await readdir(place)).toEqual([]);
});

it.each(["backup", "restore"])("shows the usage of %s when no folder is named", async (command) => {
  const { terminal, warned } = keptTerminal();
  expect(await run([command], terminal)).toBe(2);
  expect(warned.join("\n")).toContain(`usage: callboard ${command} [options] <DIR>`);
});
