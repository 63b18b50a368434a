import { createHmac } from "node:crypto";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { signWebhook, verifyWebhook, webhookSecret } from "./index.ts";

// The library that it is compared with reads the machine's clock.
const now = Date.UTC(2026, 0, 1) + 999;
beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const secret = webhookSecret();
const body = JSON.stringify({
  type: "feedback.asked",
  timestamp: "2026-01-01T00:00:00.000Z",
  data: { é: "ü 😀" },
});
const message = { id: "ntc_1", at: now, body };
const headers = signWebhook(secret, message);
const wrongAnd = (more: object) => ({ ...headers, ...more });

it("creates a secret of 32 bytes, another each time", () => {
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(webhookSecret()).not.toBe(secret);
});

it("signs like the specification's example", () => {
  const key = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const signed = signWebhook(`whsec_${key}`, {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    at: 1_614_265_330_000,
    body: '{"test": 2432232314}',
  });
  // The example in every library of Standard Webhooks.
  expect(signed).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

it("verifies what it signed, as text and as bytes, with every form of headers", () => {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature } = headers;
  const forms = [
    headers,
    new Headers(headers),
    {
      "Webhook-Id": id,
      "Webhook-Timestamp": timestamp,
      "WEBHOOK-SIGNATURE": signature,
      host: undefined,
      a: ["b"],
    },
  ];
  for (const form of forms)
    for (const came of [body, Buffer.from(body), new TextEncoder().encode(body)])
      expect(verifyWebhook([secret], form, came, now)).toEqual({ id: "ntc_1", body: JSON.parse(body) });
});

it("is accepted by the library of Standard Webhooks, with any body and secret", () => {
  fc.assert(
    fc.property(
      fc.json(),
      fc.uint8Array({ minLength: 24, maxLength: 64 }),
      fc.stringMatching(/^[!-\-/-~]{1,64}$/),
      (json, bytes, id) => {
        const own = `whsec_${Buffer.from(bytes).toString("base64")}`;
        const signed = signWebhook([webhookSecret(), own], { id, at: now, body: json });
        expect(new Webhook(own).verify(json, signed)).toEqual(JSON.parse(json));
      },
    ),
  );
});

it("verifies what the library of Standard Webhooks signed", () => {
  fc.assert(
    fc.property(fc.json(), fc.stringMatching(/^[!-\-/-~]{1,64}$/), (json, id) => {
      const signed = {
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(now / 1000)),
        "webhook-signature": new Webhook(secret).sign(id, new Date(now), json),
      };
      expect(verifyWebhook(secret, signed, json, now)).toEqual({ id, body: JSON.parse(json) });
    }),
  );
});

it("verifies with the new secret and the old one during a change", () => {
  const [newer, older] = [webhookSecret(), webhookSecret()];
  const both = signWebhook([newer, older], message);
  expect(both["webhook-signature"].split(" ")).toHaveLength(2);
  for (const one of [newer, older]) expect(verifyWebhook(one, both, body, now)).toBeDefined();
  expect(verifyWebhook([webhookSecret(), older], signWebhook(older, message), body, now)).toBeDefined();
  expect(verifyWebhook(webhookSecret(), both, body, now)).toBeUndefined();
});

it("ignores signatures of unknown versions", () => {
  const signature = `v1a,${Buffer.alloc(64).toString("base64")} v2,x ${headers["webhook-signature"]}`;
  expect(verifyWebhook(secret, wrongAnd({ "webhook-signature": signature }), body, now)).toBeDefined();
});

const [, base64 = ""] = headers["webhook-signature"].split(",");
it.each<[string, object]>([
  ["no id", { "webhook-id": undefined }],
  ["no time", { "webhook-timestamp": undefined }],
  ["no signature", { "webhook-signature": undefined }],
  ["an empty signature", { "webhook-signature": "" }],
  // https://github.com/rustsec/advisory-db/pull/1875 (CVE-2024-21491): svix compared only as many bytes as the shorter
  // one had.
  ["a signature of nothing", { "webhook-signature": "v1," }],
  ["the beginning of a signature", { "webhook-signature": `v1,${base64.slice(0, 8)}` }],
  ["a signature and more", { "webhook-signature": `v1,${base64}A` }],
  ["a signature of another kind", { "webhook-signature": `v2,${base64}` }],
  ["a signature without its kind", { "webhook-signature": base64 }],
  ["a signature in small letters", { "webhook-signature": `v1,${base64.toLowerCase()}` }],
  ["signatures separated by commas", { "webhook-signature": `v1,${base64},v1,${base64}` }],
  ["another id", { "webhook-id": "ntc_2" }],
  ["an id with what is signed after it", { "webhook-id": `ntc_1.${headers["webhook-timestamp"]}` }],
  ["two ids", { "webhook-id": ["ntc_1", "ntc_1"] }],
  ["another time", { "webhook-timestamp": String(Math.floor(now / 1000) + 1) }],
  ["a time that is written otherwise", { "webhook-timestamp": `+${headers["webhook-timestamp"]}` }],
  ["a time with a fraction", { "webhook-timestamp": `${headers["webhook-timestamp"]}.0` }],
  ["a time that begins with zeros", { "webhook-timestamp": `0${headers["webhook-timestamp"]}` }],
  ["no number for a time", { "webhook-timestamp": "NaN" }],
])("returns nothing with %s", (_, wrong) => {
  expect(verifyWebhook(secret, wrongAnd(wrong), body, now)).toBeUndefined();
});

it("refuses a body that differs by a space, a letter or a byte", () => {
  for (const other of [`${body} `, body.replace("ü", "u"), body.slice(1), "", Buffer.from(body, "utf16le")])
    expect(verifyWebhook(secret, headers, other, now)).toBeUndefined();
});

it("accepts five minutes either way, as the library does, and not a second more", () => {
  const library = (at: number) => {
    vi.setSystemTime(at);
    try {
      return Boolean(new Webhook(secret).verify(body, headers));
    } catch {
      return false;
    }
  };
  const start = Math.floor(now / 1000) * 1000;
  for (const [at, taken] of [
    [start + 300_999, true],
    [start + 301_000, false],
    [start - 300_000, true],
    [start - 300_001, false],
  ] as const) {
    expect([at, verifyWebhook(secret, headers, body, at) !== undefined]).toEqual([at, taken]);
    expect([at, library(at)]).toEqual([at, taken]);
  }
});

it("uses the machine's clock if no time is given", () => {
  expect(verifyWebhook(secret, headers, body)).toBeDefined();
  vi.setSystemTime(now + 400_000);
  expect(verifyWebhook(secret, headers, body)).toBeUndefined();
});

const bytes = (count: number) => Buffer.alloc(count, 7).toString("base64");
it.each([
  [
    "",
    "whsec_",
    secret.slice(6),
    `WHSEC_${secret.slice(6)}`,
    `v1,${secret}`,
    `whsec_${bytes(23)}`,
    `whsec_${bytes(65)}`,
  ],
  [`${secret} `, `${secret}=`, secret.replace("=", ""), "whsec_not base64 not base64 not base64!"],
])("refuses an invalid secret, and does not repeat it", (...none) => {
  for (const wrong of none) {
    for (const use of [
      () => signWebhook(wrong, message),
      () => verifyWebhook([secret, wrong], headers, body, now),
    ]) {
      expect(use).toThrow(/^a secret must be whsec_ and the base64 of 24 to 64 bytes$/);
    }
  }
  expect(() => verifyWebhook([], headers, body, now)).toThrow("there is no secret");
});

it("signs with secrets of 24 and of 64 bytes", () => {
  for (const count of [24, 64]) {
    const signed = signWebhook(`whsec_${bytes(count)}`, message);
    const content = `ntc_1.${headers["webhook-timestamp"]}.${body}`;
    const expected = createHmac("sha256", Buffer.alloc(count, 7)).update(content).digest("base64");
    expect(signed["webhook-signature"]).toBe(`v1,${expected}`);
  }
});

it.each(["", "a.b", "a b", "a\r\nx-injected: 1", "a\0", "é", "a".repeat(257)])(
  "refuses an invalid id: %j",
  (id) => {
    expect(() => signWebhook(secret, { ...message, id })).toThrow(RangeError);
  },
);

it("throws when it is given a body that was already parsed", () => {
  expect(() => verifyWebhook(secret, headers, JSON.parse(body), now)).toThrow(
    "body must be the received text or bytes",
  );
});
