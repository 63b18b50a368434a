import { appendFile, mkdir, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openJournal } from "./journal.ts";

async function path() {
  return join(await mkdtemp(join(tmpdir(), "journal-")), "j.jsonl");
}

it("gives back what was appended, in order, after it was opened again", async () => {
  const file = await path();
  const first = await openJournal(file);
  await Promise.all([1, 2, 3].map((n) => first.journal.append({ n })));
  await first.journal.close();
  const again = await openJournal(file);
  expect(again.records).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  await again.journal.close();
});

it("cuts off a line that a killed process left torn, and goes on after it", async () => {
  const file = await path();
  const first = await openJournal(file);
  await first.journal.append({ text: "é" });
  await first.journal.close();
  await appendFile(file, '{"n":2');
  const again = await openJournal(file);
  expect(again.records).toEqual([{ text: "é" }]);
  await again.journal.append({ n: 3 });
  await again.journal.close();
  expect(await readFile(file, "utf8")).toBe('{"text":"é"}\n{"n":3}\n');
});

it("replaces its content as a whole", async () => {
  const file = await path();
  const first = await openJournal(file);
  await first.journal.append({ n: 1 });
  await first.journal.rewrite([{ n: 2 }]);
  await first.journal.append({ n: 3 });
  await first.journal.close();
  expect((await openJournal(file)).records).toEqual([{ n: 2 }, { n: 3 }]);
});

it("keeps what is appended right after it was replaced, while an earlier batch is still to be written", async () => {
  const file = await path();
  const { journal } = await openJournal(file);
  const written = [journal.append({ n: 1 }), journal.rewrite([{ n: 1 }]), journal.append({ n: 2 })];
  await Promise.all(written);
  await journal.close();
  expect((await openJournal(file)).records).toEqual([{ n: 1 }, { n: 2 }]);
});

it("goes on after a replacement that failed", async () => {
  const file = await path();
  const { journal } = await openJournal(file);
  await mkdir(`${file}.new`);
  await expect(journal.rewrite([{ n: 1 }])).rejects.toThrow("EISDIR");
  await journal.append({ n: 2 });
  await journal.close();
  expect((await openJournal(file)).records).toEqual([{ n: 2 }]);
});
