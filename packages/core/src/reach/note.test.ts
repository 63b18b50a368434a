import { days } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { Caller } from "../access/principal.ts";
import type { Ports } from "../ports/index.ts";
import { ana, connectionOf, memoryStage } from "../testing/memory-stage.ts";

const contact = { address: "ben@shop.example", lang: "ja", zone: "Asia/Tokyo" } as const;
const ben: Caller = { ...ana, id: "ben", name: "Ben", roles: ["role/editors"], contact };

/** A stage that counts the writes of how people are reached. */
function staged(more: (ports: Ports) => Partial<Ports> = () => ({})) {
  let written = 0;
  const stage = memoryStage((ports) => ({
    reach: {
      ...ports.reach,
      replace: (before, after) => {
        written++;
        return ports.reach.replace(before, after);
      },
    },
    ...more(ports),
  }));
  const key = stage.ports.ids.hash("user/ben");
  return {
    stage,
    come: (caller: Caller) => stage.app.connections.open(connectionOf(caller)),
    call: (caller: Caller) => stage.app.people.note(caller),
    reached: () => stage.reach.read(key),
    written: () => written,
  };
}

describe("a person who connects", () => {
  it("is recorded with what their token says, over a connection and over HTTP", async () => {
    for (const way of ["come", "call"] as const) {
      const { stage, reached, ...ways } = staged();
      await ways[way](ben);
      expect(await reached()).toMatchObject({
        person: { id: "ben", name: "Ben" },
        rev: 1,
        roles: ["role/editors"],
        issuer: contact,
        own: {},
        at: stage.now(),
      });
      expect(await stage.reach.withRole("role/editors", 10)).toHaveLength(1);
    }
  });

  it("is written once, and again after a change or a week", async () => {
    const { stage, come, call, reached, written } = staged();
    await come(ben);
    await call(ben);
    await come({ ...ben, expiresAt: 1, capabilities: [] });
    expect(written()).toBe(1);
    await come({ ...ben, contact: { ...contact, zone: "Europe/Lisbon" } });
    await come({ ...ben, contact: { ...contact, zone: "Europe/Lisbon" }, name: "Ben Boyd" });
    expect([written(), (await reached())?.rev]).toEqual([3, 3]);
    stage.pass(days(7));
    await come({ ...ben, contact: { ...contact, zone: "Europe/Lisbon" }, name: "Ben Boyd" });
    await come({ ...ben, contact: { ...contact, zone: "Europe/Lisbon" }, name: "Ben Boyd" });
    expect([written(), (await reached())?.rev]).toEqual([4, 4]);
  });

  it("has the same roles in any order, and if they are repeated", async () => {
    const { come, written } = staged();
    await come({ ...ben, roles: ["role/b", "role/a"] });
    await come({ ...ben, roles: ["role/a", "role/b", "role/a"] });
    expect(written()).toBe(1);
  });

  it("keeps their address when a token does not mention it, and loses it when a token says that there is none", async () => {
    const { come, reached, written } = staged();
    await come(ben);
    const { contact: _, ...withoutContact } = ben;
    await come(withoutContact);
    expect([written(), (await reached())?.issuer]).toEqual([1, contact]);
    await come({ ...ben, contact: {} });
    expect((await reached())?.issuer).toEqual({});
  });

  it("keeps what they chose", async () => {
    const { stage, come, reached } = staged();
    await come(ben);
    await stage.app.settings.change(ben, { lang: "en", mail: { on: false } });
    await come({ ...ben, roles: [] });
    expect(await reached()).toMatchObject({ roles: [], own: { lang: "en", off: ["mail"] } });
  });

  it("is not written without a way to reach them, or for a guest", async () => {
    const { come, written } = staged();
    const { contact: _, ...bare } = ben;
    await come({ ...bare, roles: [] });
    await come({ ...ben, id: "guest-1", guest: true });
    expect(written()).toBe(0);
  });

  it("is accepted although that fails", async () => {
    const fails = () => Promise.reject(new Error("out"));
    const { come, stage } = staged(({ reach }) => ({ reach: { ...reach, read: fails } }));
    await come(ben);
    expect(stage.reach.all()).toEqual([]);
  });

  it("gets mail again once the issuer has another address for them", async () => {
    const { stage, come, reached } = staged();
    await come(ben);
    const known = await reached();
    const paused = { mail: { reason: "bounced", at: stage.now() } } as const;
    await stage.reach.replace(known, { ...known!, rev: 2, own: { paused } });
    await come({ ...ben, name: "Ben Boyd" });
    expect((await reached())?.own.paused).toEqual(paused);
    await come({ ...ben, contact: { address: "ben@new.example" } });
    expect((await reached())?.own).toEqual({});
  });
});

describe("a person who was erased", () => {
  const erase = (stage: ReturnType<typeof memoryStage>) => stage.app.feedback.erase("user/ben");

  it("is not reached any more, and not recorded for two days", async () => {
    const { stage, come, reached } = staged();
    await come(ben);
    expect(await erase(stage)).toMatchObject({ counts: { names: 1, addresses: 1 } });
    expect(await erase(stage)).toMatchObject({ counts: { names: 0, addresses: 0 } });
    await come(ben);
    expect([await reached(), await stage.reach.withRole("role/editors", 10)]).toEqual([undefined, []]);
    stage.pass(days(2));
    await come(ben);
    expect(await reached()).toMatchObject({ issuer: contact, rev: 1 });
  });

  it("stays erased although they are recorded at the same moment", async () => {
    for (const port of ["people", "reach"] as const) {
      for (const known of [false, true]) {
        let erasing: (() => Promise<unknown>) | undefined;
        const { stage, come, reached } = staged((ports) => ({
          [port]: {
            ...ports[port],
            async replace(before: never, after: never) {
              const first = erasing;
              erasing = undefined;
              await first?.();
              return ports[port].replace(before, after);
            },
          },
        }));
        if (known) await come(ben);
        erasing = () => erase(stage);
        await come({ ...ben, name: "Ben Boyd" });
        expect([port, known, await reached()]).toEqual([port, known, undefined]);
      }
    }
  });

  it("is erased although they connect repeatedly meanwhile", async () => {
    const { stage, come, reached } = staged();
    await come(ben);
    const names = Array.from({ length: 5 }, (_, n) => `Ben ${n}`);
    await Promise.all([erase(stage), ...names.map((name) => come({ ...ben, name }))]);
    expect(await reached()).toBeUndefined();
    expect(JSON.stringify(stage.reach.all())).not.toContain("ben@shop.example");
  });
});
