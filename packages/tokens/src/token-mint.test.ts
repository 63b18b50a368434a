import { createLocalJWKSet, jwtVerify } from "jose";
import { expect, it } from "vitest";
import { createSigningKey, createTokenMint, type TokenMintOptions, type TokenRequest } from "./index.ts";

const now = Date.UTC(2026, 0, 1);
const seconds = now / 1000;
const issuer = "https://shop.example";
const privateKey = await createSigningKey();

const mintWith = (more: Partial<TokenMintOptions> = {}) =>
  createTokenMint({ privateKey, issuer, audience: "callboard", now: () => now, ...more });

/** The claims of a token, as a server reads them with the mint's public keys. */
async function read(token: string, { jwks } = mintWith()) {
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet({ keys: [...jwks.keys] }), {
    currentDate: new Date(now),
  });
  return { payload, header: protectedHeader };
}

it("mints a token that says who a person is and what they may do", async () => {
  const token = await mintWith().mint({
    user: "ana",
    name: "Ana é",
    roles: ["editors"],
    capabilities: ["watch:*", "work:video/*", "answer:video/ana/*"],
    ttlSeconds: 600,
  });
  expect(await read(token)).toEqual({
    header: { alg: "ES256", kid: privateKey.kid, typ: "JWT" },
    payload: {
      iss: issuer,
      aud: "callboard",
      iat: seconds,
      exp: seconds + 600,
      sub: "ana",
      name: "Ana é",
      "callboard:roles": ["editors"],
      "callboard:caps": ["watch:*", "work:video/*", "answer:video/ana/*"],
    },
  });
});

it("mints for an hour by default, and adds no claims that were not given", async () => {
  const { payload } = await read(
    await createTokenMint({ privateKey, issuer, now: () => now }).mint({ user: "ana" }),
  );
  expect(payload).toEqual({ iss: issuer, iat: seconds, exp: seconds + 3600, sub: "ana" });
});

it("includes how a person is reached, in the claims of OpenID Connect", async () => {
  const contact = { email: "ana@shop.example", locale: "ja-JP", zoneinfo: "Asia/Tokyo" };
  const { payload } = await read(await mintWith().mint({ user: "ana", ...contact }));
  expect(payload).toMatchObject({ ...contact, email_verified: true });
});

it("reads the clock each time", async () => {
  let time = now;
  const mint = mintWith({ now: () => time });
  await mint.mint({ user: "ana" });
  time += 5000;
  expect((await read(await mint.mint({ user: "ana" }))).payload.iat).toBe(seconds + 5);
});

it.each<[string, Partial<TokenRequest>]>([
  ["user", { user: "" }],
  ["user", { user: "a/b" }],
  ["user", { user: undefined as unknown as string }],
  ["user", { user: 7 as unknown as string }],
  ["user", { user: "system" }],
  ["user", { user: "erased-0123456789abcdef" }],
  ["name", { name: " " }],
  ["name", { name: "n".repeat(101) }],
  ["roles", { roles: Array.from({ length: 21 }, (_, i) => `r${i}`) }],
  ["roles", { roles: "editors" as unknown as string[] }],
  ["roles[1]", { roles: ["editors", "no role!"] }],
  ["capabilities", { capabilities: Array.from({ length: 51 }, () => "watch:*") }],
  ["capabilities[0]", { capabilities: ["*"] }],
  ["capabilities[0]", { capabilities: ["inbox:user/eve"] }],
  ["capabilities[0]", { capabilities: ["w*"] }],
  ["capabilities[0]", { capabilities: ["*:video/*"] }],
  ["capabilities[0]", { capabilities: ["inbox:*"] }],
  ["capabilities[0]", { capabilities: ["watch:video"] }],
  ["capabilities[0]", { capabilities: ["work:video/"] }],
  ["capabilities[0]", { capabilities: ["answer:"] }],
  ["capabilities[0]", { capabilities: ["watch:a b"] }],
  ["capabilities[1]", { capabilities: ["watch:*", `work:${"x".repeat(220)}`] }],
  ["email", { email: "ana" }],
  ["email", { email: "ana@localhost" }],
  ["email", { email: "Ana <ana@shop.example>" }],
  // Callboard would leave these out without an error.
  ["email", { email: "ana..b@shop.example" }],
  ["email", { email: ".ana@shop.example" }],
  ["email", { email: "ana@-shop.example" }],
  ["email", { email: "ana@192.0.2.7" }],
  ["email", { email: "ana@shop.example\r\nBcc: eve@shop.example" }],
  ["email", { email: `${"a".repeat(250)}@shop.example` }],
  ["locale", { locale: "Japanese, please" }],
  ["zoneinfo", { zoneinfo: "+09:00" }],
  ["zoneinfo", { zoneinfo: "Asia/Tokio" }],
  ["zoneinfo", { zoneinfo: "Eastern Standard Time" }],
  ["ttlSeconds", { ttlSeconds: 59 }],
  ["ttlSeconds", { ttlSeconds: 43_201 }],
  ["ttlSeconds", { ttlSeconds: 600.5 }],
  ["ttlSeconds", { ttlSeconds: Number.NaN }],
])("names %s when it is invalid: %j", async (field, request) => {
  const error: Error = await mintWith()
    .mint({ user: "ana", ...request })
    .then(expect.unreachable, (e) => e);
  expect(error).toBeInstanceOf(RangeError);
  expect(error.message.startsWith(`${field} must be `)).toBe(true);
});

it("mints at the limits of its fields", async () => {
  for (const ttlSeconds of [60, 43_200])
    expect((await read(await mintWith().mint({ user: "a".repeat(128), ttlSeconds }))).payload.exp).toBe(
      seconds + ttlSeconds,
    );
});

it("mints no token that is too large for a gateway's headers", async () => {
  const capabilities = Array.from({ length: 50 }, (_, i) => `watch:video/${i}${"x".repeat(180)}`);
  await expect(mintWith().mint({ user: "ana", capabilities })).rejects.toThrow(
    "the claims must be at most 6144",
  );
});

it("mints guests who can only watch the given subjects", async () => {
  const mint = mintWith({ guests: true });
  const { payload } = await read(await mint.guest({ watch: ["video/v_1", "video/v_2"] }));
  expect(payload).toEqual({
    iss: issuer,
    aud: "callboard",
    iat: seconds,
    exp: seconds + 3600,
    sub: expect.stringMatching(/^guest-[0-9a-f]{32}$/),
    "callboard:guest": true,
    "callboard:caps": ["watch:video/v_1", "watch:video/v_2"],
  });
  const another = await read(await mint.guest({ watch: ["video/v_1"], ttlSeconds: 60 }));
  expect(another.payload.sub).not.toBe(payload.sub);
});

it.each([
  ["watch", { watch: [] }],
  ["watch", { watch: undefined as unknown as string[] }],
  ["watch[0]", { watch: ["video/*"] }],
  ["watch[0]", { watch: ["*"] }],
  ["watch[0]", { watch: ["video/v_1 work:*"] }],
  ["ttlSeconds", { watch: ["video/v_1"], ttlSeconds: 3601 }],
])("refuses guests anything else: %s of %j", async (field, request) => {
  await expect(mintWith({ guests: true }).guest(request)).rejects.toThrow(`${field} must be `);
});

it("mints no tokens for guests unless they are allowed", async () => {
  await expect(mintWith().guest({ watch: ["video/v_1"] })).rejects.toThrow("create it with guests: true");
});

it("cannot be created without an issuer, or with a key that cannot sign", () => {
  const { d: _, ...publicKey } = privateKey;
  const { kid: __, ...unnamed } = privateKey;
  expect(() => mintWith({ issuer: "" })).toThrow("issuer is missing");
  expect(() => mintWith({ privateKey: publicKey })).toThrow("privateKey is not a private key");
  expect(() => mintWith({ privateKey: unnamed })).toThrow("privateKey.kid is missing");
  expect(() => mintWith({ privateKey: { kty: "oct", k: "c2VjcmV0", kid: "s" } })).toThrow("a shared secret");
});
