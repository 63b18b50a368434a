import { createHash } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { virtualClock } from "../clock/index.ts";
import { type DataFolderOptions, openDataFolder } from "./data-folder.ts";
import { DamagedStore, DirectoryInUse, NewerFolder, OlderFolder, UnusableFolder } from "./folder-errors.ts";
import { STATE_FILE } from "./folder-state.ts";
import { LOCK_FILE, STORE_FILE } from "./lmdb-store.ts";
import { DamagedRecord, type Key, type Write } from "./store.ts";

const { now } = virtualClock();

async function newPlace() {
  const place = await mkdtemp(join(tmpdir(), "data-"));
  onTestFinished(() => rm(place, { recursive: true, force: true }));
  return join(place, "folder");
}

async function openFolder(folder: string, options: Partial<DataFolderOptions> = {}) {
  const opened = await openDataFolder(folder, { now, ...options });
  onTestFinished(() => opened.close());
  return opened;
}

/** A folder with these records, closed. */
async function closedFolder(writes: readonly Write[] = [[["a", "one"], 1]]) {
  const folder = await newPlace();
  const { store, close } = await openFolder(folder);
  await store.write(writes);
  await close();
  return folder;
}

/** Every file of a folder but for LMDB's locks, by a hash of its bytes. */
function bytesOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => name !== LOCK_FILE && statSync(join(folder, name)).isFile(),
  );
  const hashOf = (name: string) =>
    createHash("sha256")
      .update(readFileSync(join(folder, name)))
      .digest("hex");
  return Object.fromEntries(files.sort().map((name) => [name, hashOf(name)]));
}

/** Checks that a folder is refused with this error, and that not a byte of it has changed. */
async function expectRefused(folder: string, error: new (...of: never[]) => Error, words: RegExp) {
  const before = bytesOf(folder);
  const refusal = await openDataFolder(folder, { now }).then(
    () => "opened",
    (cause: unknown) => cause,
  );
  expect(refusal).toBeInstanceOf(error);
  const { message } = refusal as Error;
  expect(message).toMatch(words);
  expect(message).toContain(folder);
  expect(message).not.toContain("\n");
  expect(bytesOf(folder)).toEqual(before);
}

/** Flips a bit of the first of these words in the file of a store. */
function damage(folder: string, words: string, which: "first" | "last" = "last") {
  const path = join(folder, STORE_FILE);
  const bytes = readFileSync(path);
  const at = which === "last" ? bytes.lastIndexOf(words) : bytes.indexOf(words);
  expect(at).toBeGreaterThan(0);
  bytes[at] = bytes[at]! ^ 1;
  writeFileSync(path, bytes);
}

it("creates a missing or empty folder, only for its owner, and finds its data there", async () => {
  const folder = await newPlace();
  const first = await openFolder(folder);
  expect([first.notes, [...first.store.list({ prefix: ["a"] })]]).toEqual([[], []]);
  await first.store.write([[["a", "one"], 1]]);
  await first.close();
  await first.close();
  const second = await openFolder(folder);
  expect([second.notes, second.store.get(["a", "one"])]).toEqual([[], 1]);
  if (process.platform === "win32") return;
  const modes = [folder, ...readdirSync(folder).map((name) => join(folder, name))].map(
    (path) => statSync(path).mode & 0o777,
  );
  expect(modes).toEqual([0o700, 0o600, 0o600, 0o600]);
});

it("is locked by one process, whatever path is used, and free again once that one has closed", async () => {
  const folder = await newPlace();
  const first = await openFolder(folder);
  symlinkSync(folder, `${folder}-link`);
  for (const way of [folder, `${folder}-link`, join(folder, "..", "folder")])
    await expect(openDataFolder(way, { now })).rejects.toThrow(new DirectoryInUse(folder).message);
  await first.store.write([[["a"], 1]]);
  await first.close();
  const second = await openFolder(`${folder}-link`);
  expect(second.store.get(["a"])).toBe(1);
});

it("gives it to exactly one of many callers that open it at the same moment", async () => {
  const folder = await newPlace();
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => openFolder(folder)));
  const refused = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  expect(refused).toHaveLength(7);
  for (const reason of refused) expect(reason).toBeInstanceOf(DirectoryInUse);
});

it("sends nothing to a client that connects to its lock", async ({ skip }) => {
  if (process.platform !== "linux") skip("only on Linux the name is one that a test can find");
  const folder = await newPlace();
  await openFolder(folder);
  const name = createHash("sha256").update(folder).digest("hex").slice(0, 40);
  const connection = connect(`\0aws-local-store-${name}`);
  const said: Buffer[] = [];
  connection.on("data", (bytes) => said.push(bytes)).on("error", () => {});
  await new Promise((connected) => connection.on("connect", connected));
  connection.write("GET / HTTP/1.1\r\n\r\n");
  await new Promise((closed) => connection.on("close", closed));
  expect(said).toEqual([]);
});

it.each([
  ["emptied", 0, /store\.mdb is empty/],
  ["cut to a part of its first page", 100, /has 100 bytes of the/],
  ["cut to its first pages", 16_384, /has 16384 bytes of the/],
  ["without its last page", -8_192, /bytes of the/],
  ["without its last byte", -1, /bytes of the/],
])("refuses a store that was %s", async (_, length, words) => {
  const folder = await closedFolder([[["a"], "x".repeat(30_000)]]);
  const path = join(folder, STORE_FILE);
  truncateSync(path, length > 0 ? length : length === 0 ? 0 : statSync(path).size + length);
  await expectRefused(folder, DamagedStore, words);
  rmSync(join(folder, STATE_FILE));
  if (length !== -1) await expectRefused(folder, DamagedStore, /store\.mdb/);
});

it("refuses a store that is missing, or older than the file next to it says", async () => {
  const folder = await closedFolder();
  const path = join(folder, STORE_FILE);
  const older = readFileSync(path);
  const { store, close } = await openFolder(folder);
  await store.write([[["a", "two"], 2]]);
  await close();
  writeFileSync(path, Buffer.concat([older, Buffer.alloc(1 << 20)]));
  await expectRefused(folder, DamagedStore, /is older than store\.json next to it says/);
  rmSync(path);
  await expectRefused(folder, DamagedStore, /store\.mdb is gone/);
});

it("refuses a file that is not a store", async () => {
  const folder = await newPlace();
  mkdirSync(folder);
  writeFileSync(join(folder, STORE_FILE), "not a store ".repeat(10_000));
  await expectRefused(folder, DamagedStore, /it is not a store/);
});

it("refuses a folder of a newer version, by the file next to the store and by the store itself", async () => {
  const folder = await closedFolder();
  const path = join(folder, STATE_FILE);
  const state = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...state, format: 2, more: [] }));
  await expectRefused(folder, NewerFolder, /its format is 2, this version reads 1/);
  const other = await closedFolder([[["store", "format"], 3]]);
  await expectRefused(other, NewerFolder, /its format is 3, this version reads 1/);
});

it.each([
  ["dynamodb", "dynamodb.db"],
  ["bus", "events.jsonl"],
  ["states", "journal.jsonl"],
])("refuses a folder of an older version, which has %s/%s", async (name, file) => {
  const folder = await newPlace();
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, file), "{}\n");
  writeFileSync(join(folder, "dev-key.json"), "{}");
  await expectRefused(folder, OlderFolder, new RegExp(`it has ${name}/${file}`));
});

it("refuses a path that is a file, or within one", async () => {
  const folder = await newPlace();
  writeFileSync(folder, "");
  await expect(openDataFolder(folder, { now })).rejects.toThrow(
    new UnusableFolder(`${folder} cannot be used as a data folder: it is not a folder.`),
  );
  await expect(openDataFolder(join(folder, "x"), { now })).rejects.toBeInstanceOf(UnusableFolder);
});

it("opens without the file next to the store, after checking the store", async () => {
  const folder = await closedFolder();
  for (const content of [undefined, "", "{", '{"format":1,"clean":true,"bytes":9,"check":7}']) {
    rmSync(join(folder, STATE_FILE));
    if (content !== undefined) writeFileSync(join(folder, STATE_FILE), content);
    const { store, close } = await openFolder(folder);
    expect(store.get(["a", "one"])).toBe(1);
    await close();
  }
});

it("refuses a damaged record that may not be set aside, and says which", async () => {
  const folder = await closedFolder([[["bus", "event", "e1"], "an unlikely text"]]);
  damage(folder, "unlikely");
  await expectRefused(folder, DamagedStore, /the record "bus\/event\/e1" is not as it was written/);
});

it("refuses a damaged key, whose record is unknown", async () => {
  const folder = await closedFolder([[["bus", "unlikely"], 1]]);
  damage(folder, "unlikely");
  const spare = (key: Key) => key;
  const before = bytesOf(folder);
  await expect(openDataFolder(folder, { now, spare })).rejects.toBeInstanceOf(DamagedStore);
  expect(bytesOf(folder)).toEqual(before);
});

const execution = (name: string): Write[] => [
  [["states", "execution", name], { status: name.startsWith("ended") ? "SUCCEEDED" : "RUNNING" }],
  ...[1, 2, 3].map((n): Write => [["states", "history", name, n], `history ${n} of ${name}`]),
];

/** Allows setting aside the history of executions that have ended. */
const spare: NonNullable<DataFolderOptions["spare"]> = ([service, kind, name], view) => {
  if (service !== "states" || kind !== "history") return undefined;
  const status = view.get<{ status: string }>(["states", "execution", name as string])?.status;
  return status === "RUNNING" ? undefined : ["states", "history", name as string];
};

it("sets aside damaged records and those that depend on them, says so, and continues with the rest", async () => {
  const folder = await closedFolder([
    ...execution("ended-1"),
    ...execution("ended-2"),
    ...execution("running"),
  ]);
  damage(folder, "history 2 of ended-1");
  const { store, notes, close } = await openFolder(folder, { spare });
  const file = readdirSync(folder).find((name) => name.startsWith("set-aside-"))!;
  expect(notes).toEqual([`"states/history/ended-1" was damaged: its 3 records were set aside in ${file}`]);
  expect([...store.list({ prefix: ["states", "history"] })].map(([[, , name, n]]) => `${name} ${n}`)).toEqual(
    [...[1, 2, 3].map((n) => `ended-2 ${n}`), ...[1, 2, 3].map((n) => `running ${n}`)],
  );
  const lines = readFileSync(join(folder, file), "utf8").trimEnd().split("\n");
  const values = lines.map((line) => Buffer.from(JSON.parse(line).value, "base64").toString("latin1"));
  expect(values.map((value) => value.slice(-21, -1))).toEqual([
    "history 1 of ended-1",
    expect.stringContaining("istory 2 of ended-1"),
    "history 3 of ended-1",
  ]);
  await close();
  expect((await openFolder(folder)).notes).toEqual([]);
});

it("sets nothing aside when a record is damaged too that may not be set aside", async () => {
  const folder = await closedFolder([...execution("ended-1"), ...execution("running")]);
  damage(folder, "history 2 of ended-1");
  damage(folder, "history 1 of running");
  const before = bytesOf(folder);
  await expect(openDataFolder(folder, { now, spare })).rejects.toThrow(/"states\/history\/running\/…"/);
  expect(bytesOf(folder)).toEqual(before);
});

it("checks a store again after a read has found damage, though it was closed", async () => {
  const folder = await closedFolder([...execution("ended-1")]);
  // As a disk does it, without a report.
  const untold = () => utimesSync(join(folder, STORE_FILE), 1_000, 1_000);
  untold();
  await (await openFolder(folder)).close();
  damage(folder, "history 2 of ended-1");
  untold();
  const first = await openFolder(folder, { spare });
  expect(first.notes).toEqual([]);
  expect(() => [...first.store.list({ prefix: ["states"] })]).toThrow(DamagedRecord);
  await first.close();
  const second = await openFolder(folder, { spare });
  expect(second.notes).toEqual([expect.stringContaining("ended-1")]);
  expect([...second.store.list({ prefix: ["states", "history"] })]).toEqual([]);
});
