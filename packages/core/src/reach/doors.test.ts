import { describe, expect, it } from "vitest";
import type { OwnSettings } from "../ports/index.ts";
import { doorsOf, languageOf, pauseDoor, revised, turnedOn, turnOff, zoneOf } from "./doors.ts";
import { anasReach, now } from "./testing/reach.ts";

const own = (settings: OwnSettings) => anasReach({ own: settings });
const webhook = { url: "https://hooks.example/ana", secrets: ["whsec_2", "whsec_1"] };

describe("the doors of a person", () => {
  it("are those that lead somewhere", () => {
    expect(doorsOf(anasReach())).toEqual({ mail: { address: "ana@shop.example" } });
    expect(doorsOf(anasReach({ issuer: {} }))).toEqual({});
    expect(doorsOf(own({ webhook }))).toEqual({ mail: { address: "ana@shop.example" }, webhook });
  });

  it("lead to an address of their own once it is confirmed, and to the issuer's until then", () => {
    const address = "me@home.example";
    expect(doorsOf(own({ address: { address } })).mail?.address).toBe("ana@shop.example");
    expect(doorsOf(own({ address: { address, confirmedAt: now } })).mail?.address).toBe(address);
    expect(doorsOf(anasReach({ issuer: {}, own: { address: { address } } }))).toEqual({});
  });

  it("are not those that are turned off or paused", () => {
    expect(doorsOf(own({ webhook, off: ["mail"] }))).toEqual({ webhook });
    const paused = { webhook: { reason: "refused", at: now } } as const;
    expect(doorsOf(own({ webhook, paused }))).toEqual({ mail: { address: "ana@shop.example" } });
  });
});

it("use the language and the time zone that people chose, else their token's, else English and UTC", () => {
  const said = (reach: ReturnType<typeof anasReach>) => [languageOf(reach), zoneOf(reach)];
  expect(said(own({ lang: "en", zone: "Europe/Lisbon" }))).toEqual(["en", "Europe/Lisbon"]);
  expect(said(anasReach())).toEqual(["ja", "Asia/Tokyo"]);
  expect(said(anasReach({ issuer: {} }))).toEqual(["en", "UTC"]);
});

it("uses the token's zone if the machine does not know the chosen one", () => {
  expect(zoneOf(own({ zone: "Mars/Olympus" }))).toBe("Asia/Tokyo");
  expect(zoneOf(anasReach({ issuer: { zone: "Mars/Olympus" } }))).toBe("UTC");
});

describe("a door that does not work", () => {
  const bounced = { mail: { reason: "bounced", at: now } } as const;

  it("is paused, and says why", () => {
    const paused = pauseDoor(anasReach(), "mail", "bounced", now);
    expect(paused).toEqual(anasReach({ rev: 8, own: { paused: bounced } }));
    expect(doorsOf(paused)).toEqual({});
    expect(pauseDoor(paused, "mail", "bounced", now + 1)).toBe(paused);
    expect(pauseDoor(paused, "mail", "complained", now + 1).own.paused?.mail?.reason).toBe("complained");
    const both = pauseDoor(own({ webhook, paused: bounced }), "webhook", "refused", now, webhook.url);
    expect(both.own.paused).toEqual({ ...bounced, webhook: { reason: "refused", at: now } });
  });

  it("is not paused by a late report about a former target", () => {
    const reach = anasReach();
    expect(pauseDoor(reach, "mail", "bounced", now, "former@shop.example")).toBe(reach);
    expect(pauseDoor(reach, "webhook", "refused", now, webhook.url)).toBe(reach);
    expect(pauseDoor(reach, "mail", "bounced", now, "ANA@shop.example")).not.toBe(reach);
  });

  it("works again once it has another target, and not because of another change", () => {
    const paused = own({ webhook, paused: { ...bounced, webhook: { reason: "refused", at: now } } });
    const elsewhere = revised(paused, { issuer: { address: "new@shop.example" } });
    expect(Object.keys(elsewhere.own.paused ?? {})).toEqual(["webhook"]);
    const another = { ...webhook, url: "https://hooks.example/other" };
    expect(revised(paused, { own: { ...paused.own, webhook: another } }).own.paused).toEqual(bounced);
    expect(revised(paused, { own: { ...paused.own, lang: "en" } }).own.paused).toEqual(paused.own.paused);
    const secrets = ["whsec_3", "whsec_2"];
    const sameUrl = revised(paused, { own: { ...paused.own, webhook: { ...webhook, secrets } } });
    expect(sameUrl.own.paused).toEqual(paused.own.paused);
    const claimed = revised(paused, { own: { ...paused.own, address: { address: "me@home.example" } } });
    expect(claimed.own.paused?.mail).toBeDefined();
  });

  it("works again once it is turned on", () => {
    expect(turnedOn({ paused: bounced, off: ["mail", "webhook"] }, "mail")).toEqual({ off: ["webhook"] });
    expect(turnedOn({}, "mail")).toEqual({});
    const refused = { webhook: { reason: "refused", at: now } } as const;
    expect(turnedOn({ paused: { ...bounced, ...refused } }, "mail")).toEqual({ paused: refused });
  });
});

it("turns a door off, once", () => {
  const off = turnOff(anasReach(), "mail");
  expect(off).toEqual(anasReach({ rev: 8, own: { off: ["mail"] } }));
  expect(turnOff(off, "mail")).toBe(off);
  expect(turnOff(off, "webhook").own.off).toEqual(["mail", "webhook"]);
});
