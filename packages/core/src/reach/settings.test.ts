import type { ChangeSettings } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { OwnSettings } from "../ports/index.ts";
import { changeSettings, settingsOf } from "./settings.ts";
import { anasReach, now } from "./testing/reach.ts";

const url = "https://hooks.example/ana?from=callboard";
const decide = (change: ChangeSettings, reach = anasReach(), secret = "whsec_new", webhooksHere = false) =>
  changeSettings(reach, change, now, { secret, webhooksHere });

function changed(change: ChangeSettings, own: OwnSettings = {}) {
  const decided = decide(change, anasReach({ own }));
  if (decided.decision !== "change") throw new Error(JSON.stringify(decided));
  return { ...decided, own: decided.reach.own };
}

describe("settings", () => {
  it("show what the token says until something else is chosen", () => {
    expect(settingsOf(anasReach())).toEqual({
      mail: { on: true, address: "ana@shop.example", state: "issuer" },
      webhook: { on: true },
      lang: "ja",
      zone: "Asia/Tokyo",
    });
    expect(settingsOf(anasReach({ issuer: {} }))).toMatchObject({
      mail: { on: true, state: "none" },
      lang: "en",
      zone: "UTC",
    });
  });

  it("show what was chosen, and no secret, code or hash", () => {
    const paused = { reason: "refused", at: now } as const;
    const own: OwnSettings = {
      address: { address: "me@home.example", code: { hash: "h", until: now, wrong: 1 } },
      webhook: { url, secrets: ["whsec_1"] },
      lang: "en",
      zone: "Europe/Lisbon",
      quiet: { from: 1320, to: 425 },
      off: ["mail"],
      paused: { webhook: paused },
    };
    expect(settingsOf(anasReach({ own }))).toEqual({
      mail: { on: false, address: "me@home.example", state: "unconfirmed" },
      webhook: { on: true, url, paused },
      lang: "en",
      zone: "Europe/Lisbon",
      quiet: { from: "22:00", to: "07:05" },
    });
  });

  it("change only as requested", () => {
    const before: OwnSettings = { lang: "en", zone: "Europe/Lisbon", quiet: { from: 0, to: 60 } };
    expect(changed({}, before).own).toEqual(before);
    expect(changed({ lang: "ja" }, before).own).toEqual({ ...before, lang: "ja" });
    expect(changed({ quiet: { from: "22:30", to: "06:05" } }, before).own.quiet).toEqual({
      from: 1350,
      to: 365,
    });
    expect(changed({ lang: null, zone: null, quiet: null }, before).own).toEqual({});
    expect(changed({ zone: "asia/tokyo" }).own.zone).toBe("Asia/Tokyo");
  });

  it("turn doors off and on", () => {
    expect(changed({ mail: { on: false } }).own.off).toEqual(["mail"]);
    expect(changed({ mail: { on: true }, webhook: { on: false } }, { off: ["mail"] }).own.off).toEqual([
      "webhook",
    ]);
    const paused = { mail: { reason: "bounced", at: now } } as const;
    expect(changed({ mail: { on: true } }, { paused }).own).toEqual({});
    expect(changed({ lang: "en" }, { paused }).own.paused).toEqual(paused);
  });

  it("claim an address, and remove it", () => {
    const claim = changed({ mail: { address: "Me@Home.Example" } });
    expect([claim.claimed, claim.own.address]).toEqual([true, { address: "Me@home.example" }]);
    const own = { address: { address: "me@home.example", confirmedAt: now } };
    expect(changed({ mail: { address: "me@home.example" } }, own)).toMatchObject({ claimed: false, own });
    expect(changed({ mail: { address: null } }, own)).toMatchObject({ claimed: false, own: {} });
  });

  it("claim no further address after five codes within an hour", () => {
    const codesAt = [1, 2, 3, 4, 5].map((n) => now - n).reverse();
    const change = { mail: { address: "me@home.example" }, lang: "en" } as const;
    expect(decide(change, anasReach({ codesAt }))).toEqual({ decision: "too_many", afterMs: 3_600_000 - 5 });
  });
});

describe("a webhook", () => {
  const before: OwnSettings = { webhook: { url, secrets: ["whsec_1"] } };

  it("is given a secret, which is shown once", () => {
    const made = changed({ webhook: { url } });
    expect(made).toMatchObject({ secret: "whsec_new", own: { webhook: { url, secrets: ["whsec_new"] } } });
    expect(settingsOf(made.reach, made.secret).webhook).toEqual({ on: true, url, secret: "whsec_new" });
    const again = changed({ webhook: { url } }, before);
    expect([again.secret, again.own]).toEqual([undefined, before]);
  });

  it("signs with the previous secret too, until the next new one", () => {
    const once = changed({ webhook: { newSecret: true } }, before);
    expect(once.own.webhook?.secrets).toEqual(["whsec_new", "whsec_1"]);
    const decided = decide({ webhook: { newSecret: true } }, once.reach, "whsec_newest");
    expect(decided).toMatchObject({
      secret: "whsec_newest",
      reach: { own: { webhook: { secrets: ["whsec_newest", "whsec_new"] } } },
    });
  });

  it("has one new secret at another address, also if one is asked for", () => {
    const other = `${url}2`;
    for (const more of [{}, { newSecret: true } as const])
      expect(changed({ webhook: { url: other, ...more } }, before).own.webhook).toEqual({
        url: other,
        secrets: ["whsec_new"],
      });
    expect(changed({ webhook: { url: null } }, before).own).toEqual({});
  });

  it.each([
    "http://hooks.example/ana",
    "http://127.0.0.1.hooks.example/",
    "http://127.0.0.1:80@hooks.example/",
    "http://localhost/",
    "http://127.0.0.1:8080/",
    "https://ana:secret@hooks.example/",
    "https://ana@hooks.example/",
    "https://hooks.example/#part",
    "https://",
    "https:hooks.example",
    "https:///x",
    "https://hooks.example\\@evil.example/",
    "https://hooks.example/a b",
    "https://hooks.example/\r\nx: y",
    "https://例え.jp/",
    "https://[::1]/",
    "https://hooks..example/",
    "https://hooks.-example/",
    "https://hooks.example:65536/",
    "https://hooks.example:99999/ana",
    "ftp://hooks.example/",
    "javascript:alert(1)",
    "hooks.example",
    "",
    `https://hooks.example/${"a".repeat(1000)}`,
  ])("is not at %j", (bad) => {
    expect(decide({ webhook: { url: bad } })).toEqual({
      decision: "refuse",
      issues: ["webhook.url: an https address without a name, a password or a fragment"],
    });
  });

  it.each([
    "https://hooks.example",
    "https://hooks.example:8443/a/b?c=d&e=%20",
    "HTTPS://Hooks.Example/@ana",
  ])("is at %s", (good) => {
    expect(changed({ webhook: { url: good } }).own.webhook?.url).toBe(good);
  });

  it.each(["http://127.0.0.1:8080/hook?a=b", "http://127.1.2.3", "http://[::1]:8080/", url])(
    "is at %s where it may be on the machine itself",
    (good) => {
      expect(decide({ webhook: { url: good } }, anasReach(), "whsec_new", true)).toMatchObject({
        reach: { own: { webhook: { url: good } } },
      });
    },
  );

  it.each([
    "http://hooks.example/ana",
    "http://128.0.0.1/",
    "http://127.0.0.1.hooks.example/",
    "http://ana@127.0.0.1/",
    "http://127.0.0.1:8080/#part",
    "http://localhost:8080/",
  ])("is not at %j either where it may be on the machine itself", (bad) => {
    expect(decide({ webhook: { url: bad } }, anasReach(), "whsec_new", true)).toEqual({
      decision: "refuse",
      issues: [
        "webhook.url: an https address, or http://127.0.0.1 on this machine, without a name, a password or a fragment",
      ],
    });
  });
});

it.each<[string, ChangeSettings]>([
  ["mail.address: an address that mail can be sent to", { mail: { address: "ana" } }],
  ["zone: the name of a time zone, such as Asia/Tokyo", { zone: "Eastern Standard Time" }],
  ["quiet: two times that are not the same", { quiet: { from: "07:00", to: "07:00" } }],
  ["webhook.newSecret: there is no webhook", { webhook: { newSecret: true } }],
  ["webhook.newSecret: there is no webhook", { webhook: { url: null, newSecret: true } }],
])("names %s", (issue, change) => {
  expect(decide(change)).toEqual({ decision: "refuse", issues: [issue] });
});

it("names every problem at once, and then changes nothing", () => {
  const decided = decide({ mail: { address: "ana", on: false }, zone: "AEST", lang: "en" });
  expect(decided).toMatchObject({
    decision: "refuse",
    issues: [/^mail/, /^zone/].map((re) => expect.stringMatching(re)),
  });
});
