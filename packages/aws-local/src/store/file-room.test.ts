import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { pagesOf } from "./file-room.ts";
import { readLmdbFile } from "./lmdb-file.ts";
import { openLmdb, PAGE_BYTES, STORE_FILE } from "./lmdb-store.ts";
import type { Write } from "./store.ts";

const STEP_BYTES = 1024 * 1024;

/** Numbers that look random, the same each time. */
function numbersFrom(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

async function newStore() {
  const folder = await mkdtemp(join(tmpdir(), "room-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, STORE_FILE);
  return {
    store: openLmdb(folder),
    size: async () => (await stat(path)).size,
    used: () => (readLmdbFile(path, PAGE_BYTES).newest!.lastPage + 1) * PAGE_BYTES,
  };
}

it.skipIf(process.platform === "win32").each([1, 2, 3])(
  "reserves room for every transaction, so that LMDB never has to (%i)",
  async (seed) => {
    const { store, size, used } = await newStore();
    const number = numbersFrom(seed);
    for (let turn = 0; turn < 150; turn++) {
      const writes = Array.from({ length: 1 + number(number(8) === 0 ? 400 : 12) }, (): Write => {
        const length = [number(60), number(2_500), number(4_200), number(60_000)][
          number(20) === 0 ? 3 : number(3)
        ]!;
        return [
          ["row", number(3_000), "k".repeat(number(200))],
          number(3) === 0 ? undefined : "v".repeat(length),
        ];
      });
      await store.write(writes);
      // It grows only by whole steps, and LMDB by pages.
      expect((await size()) % STEP_BYTES).toBe(0);
      expect(used()).toBeLessThanOrEqual(await size());
    }
    await store.close();
    expect(await size()).toBe(used());
  },
);

it("does not reserve more than a transaction can need, however many changes it has", () => {
  const changes = Array.from({ length: 10_000 }, () => ({ bytes: 100 }));
  expect(pagesOf(changes, PAGE_BYTES, { depth: 2, treePages: 10 })).toBeLessThan(600);
  expect(pagesOf(changes, PAGE_BYTES, { depth: 4, treePages: 100_000 })).toBe(4_096);
});
