import { days } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { Caller } from "../access/principal.ts";
import type { Ports } from "../ports/index.ts";
import { ana as anybody, connectionOf, memoryStage } from "../testing/memory-stage.ts";
import { issueCode } from "./address.ts";

const ana: Caller = { ...anybody, contact: { address: "ana@shop.example", lang: "ja", zone: "Asia/Tokyo" } };
const mine = "me@home.example";

function staged(more: (ports: Ports) => Partial<Ports> = () => ({})) {
  const stage = memoryStage(more);
  const { settings } = stage.app;
  const { ids } = stage.ports;
  const key = ids.hash("user/ana");
  return {
    stage,
    key,
    settings,
    reached: () => stage.reach.read(key),
    claims: () => stage.put.filter(({ type }) => type === "Address Claimed"),
    /** Handles a claim as the sender of codes does, and returns the code. */
    async send(): Promise<string> {
      const known = (await stage.reach.read(key))!;
      const issue = issueCode(ids, known, stage.now());
      if (issue.outcome !== "issued") throw new Error(issue.outcome);
      await stage.reach.replace(known, issue.reach);
      return issue.code;
    },
  };
}

describe("how a person is reached", () => {
  it("is shown to them as their token says, though nothing about them is stored", async () => {
    const { settings, stage } = staged();
    expect(await settings.read(ana)).toEqual({
      outcome: "settings",
      settings: {
        mail: { on: true, address: "ana@shop.example", state: "issuer" },
        webhook: { on: true },
        lang: "ja",
        zone: "Asia/Tokyo",
      },
    });
    expect(stage.reach.all()).toEqual([]);
  });

  it("can be changed by them, also before they ever connected, and includes what their token says", async () => {
    const { settings, reached, stage } = staged();
    expect(await settings.change(ana, { quiet: { from: "22:00", to: "07:00" } })).toMatchObject({
      outcome: "settings",
      settings: { quiet: { from: "22:00", to: "07:00" }, lang: "ja" },
    });
    expect(await reached()).toMatchObject({
      rev: 1,
      issuer: ana.contact,
      own: { quiet: { from: 1320, to: 420 } },
    });
    await settings.change({ ...ana, name: "Ana Lima" }, { lang: "en" });
    expect(await reached()).toMatchObject({ rev: 2, person: { name: "Ana Lima" }, own: { lang: "en" } });
    expect(stage.put).toEqual([]);
  });

  it("cannot be changed or read by a guest", async () => {
    const { settings, stage } = staged();
    const guest: Caller = { ...anybody, id: "guest-1", guest: true };
    const refused = { outcome: "forbidden" };
    expect(await settings.read(guest)).toEqual(refused);
    expect(await settings.change(guest, { lang: "en" })).toEqual(refused);
    expect(await settings.confirmAddress(guest, "000000")).toEqual(refused);
    expect(stage.reach.all()).toEqual([]);
  });

  it("is not stored for two days after an erasure", async () => {
    const { settings, stage } = staged();
    await stage.app.connections.open(connectionOf(ana));
    await stage.app.feedback.erase("user/ana");
    expect(await settings.change(ana, { lang: "en" })).toEqual({ outcome: "forbidden" });
    expect(await settings.read(ana)).toEqual({ outcome: "forbidden" });
    stage.pass(days(2));
    expect(await settings.change(ana, { lang: "en" })).toMatchObject({ outcome: "settings" });
  });

  it("is refused by field, and then nothing is stored", async () => {
    const { settings, stage } = staged();
    const change = { lang: "en", zone: "AEST" } as const;
    expect(await settings.change(ana, change)).toMatchObject({
      outcome: "invalid",
      issues: [expect.stringMatching(/^zone: /)],
    });
    expect(stage.reach.all()).toEqual([]);
  });

  it("has every change that two tabs make at the same moment", async () => {
    const { settings, reached } = staged();
    await settings.change(ana, { lang: "en" });
    await Promise.all([
      settings.change(ana, { zone: "Europe/Lisbon" }),
      settings.change(ana, { mail: { on: false } }),
      settings.change(ana, { quiet: { from: "22:00", to: "07:00" } }),
    ]);
    expect(await reached()).toMatchObject({
      rev: 4,
      own: { lang: "en", zone: "Europe/Lisbon", off: ["mail"], quiet: { from: 1320 } },
    });
  });

  it("is not changed in part when the person is erased meanwhile", async () => {
    let erasing: (() => Promise<unknown>) | undefined;
    const { settings, stage, reached } = staged(({ reach }) => ({
      reach: {
        ...reach,
        async replace(before, after) {
          const first = erasing;
          erasing = undefined;
          await first?.();
          return reach.replace(before, after);
        },
      },
    }));
    for (const known of [false, true]) {
      if (known) stage.pass(days(2));
      if (known) await stage.app.people.note(ana);
      erasing = () => stage.app.feedback.erase("user/ana");
      expect(await settings.change(ana, { mail: { address: mine } })).toEqual({ outcome: "forbidden" });
      expect(await reached()).toBeUndefined();
    }
    expect(stage.put.filter(({ type }) => type === "Address Claimed")).toEqual([]);
  });

  it("fails with an error when other writers never stop", async () => {
    const { settings } = staged(({ reach }) => ({ reach: { ...reach, replace: async () => false } }));
    await expect(settings.change(ana, { lang: "en" })).rejects.toThrow(/too many times/);
  });
});

describe("a webhook's secret", () => {
  it("is shown only when it is created, and stored as it was shown", async () => {
    const { settings, reached } = staged();
    const url = "https://hooks.example/ana";
    const made = await settings.change(ana, { webhook: { url } });
    const { secret } = (made as { settings: { webhook: { secret: string } } }).settings.webhook;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect((await reached())?.own.webhook).toEqual({ url, secrets: [secret] });
    for (const shown of [await settings.read(ana), await settings.change(ana, { lang: "en" })])
      expect(JSON.stringify(shown)).not.toContain("whsec_");
  });
});

describe("a person's own address", () => {
  it("is stored before its event is put, and confirmed by the code that was sent", async () => {
    const { settings, claims, key, send } = staged();
    expect(await settings.change(ana, { mail: { address: mine } })).toMatchObject({
      settings: { mail: { address: mine, state: "unconfirmed" } },
    });
    expect(claims()).toEqual([{ type: "Address Claimed", person: key }]);
    const code = await send();
    expect(await settings.confirmAddress(ana, code)).toMatchObject({
      settings: { mail: { address: mine, state: "confirmed" } },
    });
    await settings.change(ana, { mail: { address: mine } });
    expect(claims()).toHaveLength(1);
  });

  it("is claimed by the same request again when the bus did not take the event", async () => {
    let isOut = true;
    const { settings, reached, claims } = staged(({ bus }) => ({
      bus: { put: (events) => (isOut ? Promise.reject(new Error("out")) : bus.put(events)) },
    }));
    await expect(settings.change(ana, { mail: { address: mine } })).rejects.toThrow("out");
    expect((await reached())?.own.address).toEqual({ address: mine });
    isOut = false;
    await settings.change(ana, { mail: { address: mine } });
    expect(claims()).toHaveLength(1);
  });

  it("is confirmed for both of two tabs that enter the code at the same moment", async () => {
    const { settings, send, reached } = staged();
    await settings.change(ana, { mail: { address: mine } });
    const code = await send();
    const both = await Promise.all([settings.confirmAddress(ana, code), settings.confirmAddress(ana, code)]);
    for (const one of both) expect(one).toMatchObject({ settings: { mail: { state: "confirmed" } } });
    expect(await reached()).toMatchObject({ rev: 3 });
  });

  it("accepts five wrong codes in all, from any number of tabs at the same moment", async () => {
    const { settings, send } = staged();
    await settings.change(ana, { mail: { address: mine } });
    const code = await send();
    const wrong = ["111111", "222222", "333333", "444444", "555555", "666666", "777777"];
    const told = await Promise.all(wrong.map((one) => settings.confirmAddress(ana, one)));
    const left = told.flatMap((one) => (one.outcome === "wrong_code" ? [one.left] : []));
    expect(left.sort()).toEqual([0, 1, 2, 3, 4]);
    expect(told.filter(({ outcome }) => outcome === "code_ended")).toHaveLength(2);
    expect(await settings.confirmAddress(ana, code)).toEqual({ outcome: "code_ended" });
  });

  it("is not confirmed where another was claimed in the other tab", async () => {
    const { settings, send } = staged();
    await settings.change(ana, { mail: { address: mine } });
    const code = await send();
    await settings.change(ana, { mail: { address: "other@home.example" } });
    expect(await settings.confirmAddress(ana, code)).toEqual({ outcome: "code_ended" });
    expect(await settings.confirmAddress({ ...ana, id: "eve" }, code)).toEqual({ outcome: "code_ended" });
  });

  it("cannot be claimed after five codes within an hour", async () => {
    const { settings, send, stage } = staged();
    for (let n = 0; n < 5; n++) {
      await settings.change(ana, { mail: { address: `n${n}@home.example` } });
      await send();
    }
    const refused = await settings.change(ana, { mail: { address: mine }, lang: "en" });
    expect(refused).toEqual({ outcome: "too_many", afterMs: 3_600_000 });
    expect(await settings.read(ana)).toMatchObject({ settings: { lang: "ja" } });
    stage.pass(3_600_000);
    expect(await settings.change(ana, { mail: { address: mine } })).toMatchObject({ outcome: "settings" });
  });
});
