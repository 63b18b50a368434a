import { expect, it } from "vitest";
import { createDrafts, type DraftStorage } from "./drafts.ts";

/** A tab's storage; `most` characters find room in it. */
function tabStorage(most = Number.POSITIVE_INFINITY) {
  const texts = new Map<string, string>();
  const size = () => [...texts].reduce((sum, [key, text]) => sum + key.length + text.length, 0);
  const storage: DraftStorage = {
    getItem: (key) => texts.get(key) ?? null,
    setItem(key, text) {
      if (size() + text.length > most) throw new DOMException("it is full", "QuotaExceededError");
      texts.set(key, text);
    },
    removeItem: (key) => void texts.delete(key),
  };
  return { storage, texts };
}

const forbidden: DraftStorage = {
  getItem: () => refuse(),
  setItem: () => refuse(),
  removeItem: () => refuse(),
};
function refuse(): never {
  throw new DOMException("no storage here", "SecurityError");
}

it("has after a reload what was typed before, for each question", () => {
  const { storage } = tabStorage();
  const before = createDrafts(storage);
  before.write("req_1", "answer", ["12,50", null]);
  before.write("req_1", "comment", "looks right");
  before.write("req_2", "answer", ["other"]);

  const after = createDrafts(storage);
  expect(after.read("req_1", "answer")).toEqual(["12,50", null]);
  expect(after.read("req_1", "comment")).toBe("looks right");
  expect(after.read("req_2", "answer")).toEqual(["other"]);
  expect(after.read("req_2", "comment")).toBeUndefined();
});

it.each(["__proto__", "constructor", "toString", ""])("keeps drafts under the name %j", (name) => {
  const { storage } = tabStorage();
  expect(createDrafts(storage).read(name, name)).toBeUndefined();
  createDrafts(storage).write(name, name, "x");
  expect(createDrafts(storage).read(name, name)).toBe("x");
});

it("keeps nothing of a closed question, or of a deleted part", () => {
  const { storage, texts } = tabStorage();
  const drafts = createDrafts(storage);
  drafts.write("req_1", "answer", "x");
  drafts.write("req_2", "answer", "y");
  drafts.forget("req_1");
  drafts.write("req_2", "answer", undefined);
  expect(drafts.read("req_1", "answer")).toBeUndefined();
  expect([...texts]).toEqual([["callboard:drafts", "[]"]]);
});

it("deletes the draft that was written longest ago once there are more than 50", () => {
  const { storage, texts } = tabStorage();
  const drafts = createDrafts(storage);
  for (let n = 0; n < 50; n++) drafts.write(`req_${n}`, "answer", n);
  drafts.write("req_0", "answer", "again");
  drafts.write("req_50", "answer", 50);
  for (const one of [drafts, createDrafts(storage)]) {
    expect(one.read("req_0", "answer")).toBe("again");
    expect(one.read("req_1", "answer")).toBeUndefined();
    expect(one.read("req_50", "answer")).toBe(50);
  }
  expect(texts.size).toBe(51);
});

it("does not bring back an older draft after a reload when the last one was too large", () => {
  for (const { storage } of [tabStorage(), tabStorage(400)]) {
    const drafts = createDrafts(storage);
    drafts.write("req_1", "answer", "short");
    drafts.write("req_1", "answer", "x".repeat(70_000));
    expect(drafts.read("req_1", "answer")).toHaveLength(70_000);
    expect(createDrafts(storage).read("req_1", "answer")).toBeUndefined();
  }
});

it.each([
  ["is forbidden", forbidden],
  ["is missing", undefined],
  ["is full", tabStorage(0).storage],
])("keeps drafts as long as the page when the storage %s", (_, storage) => {
  const drafts = createDrafts(storage);
  drafts.write("req_1", "answer", "x");
  expect(drafts.read("req_1", "answer")).toBe("x");
  drafts.forget("req_1");
  expect(drafts.read("req_1", "answer")).toBeUndefined();
});

it.each(["{", "{}", "[1,null]", '["req_1"]', "null"])("treats a storage with %s as empty", (text) => {
  const { storage } = tabStorage();
  storage.setItem("callboard:drafts", text);
  for (const parts of ["7", "[[1,2]]", "[7]", "[["]) {
    storage.setItem("callboard:draft:req_1", parts);
    expect(createDrafts(storage).read("req_1", "answer")).toBeUndefined();
  }
});

it("reports only changes, and only to current listeners", () => {
  const drafts = createDrafts();
  let told = 0;
  const leave = drafts.follow(() => told++);
  drafts.write("req_1", "answer", "x");
  drafts.forget("req_2");
  expect(told).toBe(1);
  leave();
  drafts.forget("req_1");
  expect(told).toBe(1);
});
