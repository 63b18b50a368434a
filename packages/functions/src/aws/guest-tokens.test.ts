import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { expect, it } from "vitest";
import { type JwtTokensOptions, jwtTokens } from "./jwt-tokens.ts";

const now = Date.UTC(2026, 0, 1);
const { publicKey, privateKey } = await generateKeyPair("ES256");
const keys = { keys: [await exportJWK(publicKey)] };

const sign = (claims: Record<string, unknown> = {}) =>
  new SignJWT({
    sub: "guest-1",
    exp: now / 1000 + 600,
    "callboard:guest": true,
    "callboard:caps": ["watch:video/v_1"],
    ...claims,
  })
    .setProtectedHeader({ alg: "ES256" })
    .sign(privateKey);

const verify = (token: string, more: Partial<JwtTokensOptions> = { guests: true }) =>
  jwtTokens({ keys, now: () => now, ...more })(token);

it("admits a guest where guests are allowed", async () => {
  expect(await verify(await sign())).toEqual({
    outcome: "valid",
    caller: {
      id: "guest-1",
      name: "guest-1",
      roles: [],
      capabilities: ["watch:video/v_1"],
      expiresAt: now + 600_000,
      guest: true,
    },
  });
});

it.each([{}, { guests: false }])("denies guests otherwise: %j", async (options) => {
  expect(await verify(await sign(), options)).toEqual({ outcome: "invalid" });
});

it("ignores what a guest's token says about how to reach them", async () => {
  const said = { email: "guest@shop.example", email_verified: true, locale: "ja", zoneinfo: "Asia/Tokyo" };
  const judged = await verify(await sign(said));
  expect(judged).toMatchObject({ outcome: "valid", caller: { guest: true } });
  expect(judged).not.toHaveProperty("caller.contact");
});

it("recognizes a guest by any value of the claim except a plain no", async () => {
  for (const yes of [true, "true", 1, "false", null])
    expect(await verify(await sign({ "callboard:guest": yes }), {})).toEqual({ outcome: "invalid" });
  const user = await sign({ "callboard:guest": false, "callboard:caps": "work:*" });
  expect(await verify(user, {})).toMatchObject({ caller: { capabilities: ["work:*"] } });
});

it("never lets a guest do more than watch, whatever the token and the deployment say", async () => {
  const token = await sign({
    "callboard:roles": ["editors"],
    "callboard:caps": ["watch:video/v_1", "work:*", "answer:*", "*", "w*"],
  });
  const capabilities = { "*": ["watch:news/*", "work:news/*"], editors: ["watch:drafts/*"] };
  expect(await verify(token, { guests: true, capabilities })).toMatchObject({
    caller: { roles: [], capabilities: ["watch:video/v_1"] },
  });
});

it("never takes a guest for a user", async () => {
  for (const sub of ["ana", "guest", "Guest-1", "my-guest-1"])
    expect(await verify(await sign({ sub }))).toEqual({ outcome: "invalid" });
});

it("checks a guest's token like any other", async () => {
  expect(await verify(await sign({ exp: now / 1000 - 10 }))).toEqual({ outcome: "expired" });
  expect(await verify(await sign({ exp: undefined }))).toEqual({ outcome: "invalid" });
});
