import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open } from "lmdb";
import { expect, it, onTestFinished } from "vitest";
import { walkLmdbFile } from "./lmdb-file.ts";
import { environmentOf, openLmdb, PAGE_BYTES, STORE_FILE } from "./lmdb-store.ts";

async function newFolder() {
  const folder = await mkdtemp(join(tmpdir(), "file-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** The values that a walk finds, by their lengths. */
function lengthsIn(folder: string): number[] {
  const lengths: number[] = [];
  walkLmdbFile(join(folder, STORE_FILE), PAGE_BYTES, (_, value) => lengths.push(value.length));
  return lengths;
}

it("accepts a value that kept the pages of a longer one before it in its transaction", async () => {
  const folder = await newFolder();
  const database = open<Buffer, Buffer>(environmentOf(folder));
  onTestFinished(() => database.close());
  database.transactionSync(() => {
    database.putSync(Buffer.from("a"), Buffer.alloc(100_000));
    database.putSync(Buffer.from("a"), Buffer.alloc(20_000));
  });
  expect(lengthsIn(folder)).toEqual([20_000]);
});

it("finds a store whole while removals make its list of free pages longer than a page", async () => {
  const folder = await newFolder();
  const store = openLmdb(folder);
  onTestFinished(() => store.close());
  await store.write(Array.from({ length: 2_400 }, (_, n) => [["n", n], "x".repeat(4_200)]));
  for (let at = 0; at < 2_400; at += 600) {
    const odd = Array.from({ length: 300 }, (_, n) => at + 2 * n);
    await store.write(odd.map((n) => [["n", n], undefined]));
    expect(lengthsIn(folder)).toHaveLength(2_400 - at / 2 - 300);
  }
});
