import { describe, expect, it } from "vitest";
import { memoryStore } from "../store/memory-store.ts";
import type { Mail } from "./mail.ts";
import { openMailbox } from "./mailbox.ts";

const mail = (id: string): Mail => ({
  id,
  at: 0,
  from: "a@example.com",
  to: "b@example.com",
  subject: id,
  text: "t",
  html: "",
  headers: [],
  attachments: [],
});

/** A mailbox with small bounds, into which mails are put by their numbers. */
function stage(bounds = { mails: 3, bytes: 100 }) {
  const store = memoryStore();
  const mailbox = openMailbox(store, bounds);
  const put = async (number: number, bytes = 10) => {
    const file = { contentId: "c", contentType: "text/plain", content: Buffer.from("file") };
    const { content: _, ...told } = file;
    const one = { ...mail(`m${number}`), attachments: [{ ...told, bytes: 4 }] };
    await store.commit((view) => ({
      writes: mailbox.put(view, number, one, [file], bytes),
      value: undefined,
    }));
  };
  return { store, mailbox, put, ids: (after?: string) => mailbox.list(after).map(({ id }) => id) };
}

describe("the mailbox", () => {
  it("deletes the oldest with their files when there are too many", async () => {
    const { put, ids, mailbox, store } = stage();
    for (let number = 1; number <= 5; number++) await put(number);
    expect(ids()).toEqual(["m3", "m4", "m5"]);
    expect([mailbox.get("m2"), mailbox.file("m2", "c")]).toEqual([undefined, undefined]);
    expect(mailbox.file("m3", "c")?.content.toString()).toBe("file");
    expect([...store.list({ prefix: ["ses"] })]).toHaveLength(9);
  });

  it("deletes as many as a large one needs", async () => {
    const { put, ids } = stage();
    await put(1, 40);
    await put(2, 40);
    await put(3, 90);
    expect(ids()).toEqual(["m3"]);
  });

  it("returns the mails after a given one, and all if that is unknown", async () => {
    const { put, ids } = stage();
    for (const number of [1, 2, 3]) await put(number);
    expect(ids("m1")).toEqual(["m2", "m3"]);
    expect(ids("m3")).toEqual([]);
    expect(ids("gone")).toEqual(["m1", "m2", "m3"]);
  });
});
