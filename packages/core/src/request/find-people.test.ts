import { days } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { Caller } from "../access/principal.ts";
import { ana, connectionOf, memoryStage, viewer } from "../testing/memory-stage.ts";

const owner: Caller = { ...ana, id: "olga", name: "Olga Ownerová", capabilities: [] };
const somebody = (id: string, name: string): Caller => ({ ...viewer, id, name });

/** A question about Olga's subject, and people who have connected. */
async function staged(...people: readonly Caller[]) {
  const stage = memoryStage();
  await stage.report({ step: "mp4", state: "started", owners: ["user/olga"] });
  const requestId = await stage.ask();
  for (const one of people) await stage.app.connections.open(connectionOf(one));
  const find = (name: string, by = owner) => stage.app.people.find(by, { requestId, name });
  return { stage, find, requestId };
}

const ben = somebody("ben", "Ben Ångström");
const others = [ben, somebody("b-2", "Ben Ångström"), somebody("bea", "Bea Bär")];

describe("people", () => {
  it("are found by the beginning of any word of the name or id, apart by their ids when names are the same", async () => {
    const { find } = await staged(...others);
    expect(await find("ben ang")).toEqual([
      { id: "user/b-2", name: "Ben Ångström" },
      { id: "user/ben", name: "Ben Ångström" },
    ]);
    expect(await find("BÄ")).toMatchObject([{ name: "Bea Bär" }]);
    expect(await find("user/ben")).toMatchObject([{ id: "user/b-2" }, { id: "user/ben" }]);
    expect(await find("eve")).toEqual([]);
  });

  it("are found only by the owners of the question's subject", async () => {
    const { stage, find, requestId } = await staged(...others);
    expect(await find("ben", ana)).toBe("forbidden");
    expect(await find("ben", viewer)).toBe("forbidden");
    const stranger = { requestId: "req_nosuchrequest", name: "ben" } as const;
    expect(await stage.app.people.find(owner, stranger)).toBe("not_found");
    const guest = { ...owner, id: "guest-1", guest: true as const };
    await stage.report({ step: "mp4", state: "succeeded", owners: ["user/guest-1"] });
    expect(await stage.app.people.find(guest, { requestId, name: "ben" })).toBe("forbidden");
  });

  it("are at most twenty", async () => {
    const crowd = Array.from({ length: 40 }, (_, n) => somebody(`c${n}`, `Carl ${n}`));
    const { find } = await staged(...crowd);
    expect(await find("carl")).toHaveLength(20);
    expect(await find("carl 39")).toEqual([{ id: "user/c39", name: "Carl 39" }]);
  });

  it("are known by their latest name, and guests are not known", async () => {
    const { find } = await staged(ben, somebody("ben", "Ben Boyd"), {
      ...somebody("guest-9", "Guest Gustav"),
      guest: true,
    });
    expect(await find("ang")).toEqual([]);
    expect(await find("boyd")).toEqual([{ id: "user/ben", name: "Ben Boyd" }]);
    expect(await find("gustav")).toEqual([]);
  });
});

describe("a connection", () => {
  /** A stage that counts the writes about people. */
  function counting() {
    let written = 0;
    let broken = false;
    const stage = memoryStage(({ people }) => ({
      people: {
        ...people,
        read: (key) => (broken ? Promise.reject(new Error("out")) : people.read(key)),
        replace: (before, after) => {
          written++;
          return people.replace(before, after);
        },
      },
    }));
    const come = (caller: Caller) => stage.app.connections.open(connectionOf(caller));
    return { stage, come, written: () => written, breakDown: () => (broken = true) };
  }

  it("writes nothing about a person who is known, until a week has passed", async () => {
    const { stage, come, written } = counting();
    await come(ben);
    expect(written()).toBe(1);
    stage.pass(days(7) - 1);
    await come(ben);
    await come({ ...ben, roles: ["role/editors"] });
    expect(written()).toBe(1);
    stage.pass(1);
    await come(ben);
    await come(ben);
    expect(written()).toBe(2);
  });

  it("opens although its person cannot be recorded", async () => {
    const { come, breakDown, written } = counting();
    breakDown();
    await come(ben);
    expect(written()).toBe(0);
  });

  it("does not bring back a person who was just erased, and does so later", async () => {
    const { stage, find } = await staged(ben);
    expect(await stage.app.feedback.erase("user/ben")).toMatchObject({ counts: { names: 1 } });
    expect(await find("ben")).toEqual([]);
    await stage.app.connections.open(connectionOf(ben, "another"));
    await stage.app.people.note(ben);
    expect(await find("ben")).toEqual([]);
    expect(await stage.app.feedback.erase("user/ben")).toMatchObject({ counts: { names: 0 } });
    stage.pass(days(2));
    await stage.app.connections.open(connectionOf(ben, "much later"));
    expect(await find("ben")).toHaveLength(1);
  });

  it("keeps no name or id of an erased person", async () => {
    const { stage } = await staged(ben);
    await stage.app.feedback.erase("user/ben");
    const left = await stage.ports.people.read(stage.ports.ids.hash("user/ben"));
    expect(JSON.stringify(left)).not.toMatch(/ben|ngstr/i);
    expect(left).toMatchObject({ state: "erased" });
  });
});
