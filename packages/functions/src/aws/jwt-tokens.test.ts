import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { CompactSign, exportJWK, generateKeyPair, SignJWT } from "jose";
import { describe, expect, it, onTestFinished } from "vitest";
import { type JwtTokensOptions, jwtTokens } from "./jwt-tokens.ts";

const now = Date.UTC(2026, 0, 1);
const { publicKey, privateKey } = await generateKeyPair("ES256");
const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: "k1", alg: "ES256" }] };

const sign = (
  claims: Record<string, unknown>,
  key: Parameters<SignJWT["sign"]>[0] = privateKey,
  alg = "ES256",
) =>
  new SignJWT({ sub: "ana", exp: now / 1000 + 600, ...claims })
    .setProtectedHeader({ alg, kid: "k1" })
    .sign(key);

/** A token whose claims are this text. */
const signText = (text: string) =>
  new CompactSign(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: "ES256", kid: "k1" })
    .sign(privateKey);

const verify = (token: string, more: Partial<JwtTokensOptions> = {}) =>
  jwtTokens({ keys, now: () => now, ...more })(token);

it("reads the caller and their rights from a token", async () => {
  const token = await sign({
    name: "Ana",
    "callboard:roles": ["editors", "no role!"],
    "callboard:caps": "watch:* work:video/*",
  });
  expect(await verify(token)).toEqual({
    outcome: "valid",
    caller: {
      id: "ana",
      name: "Ana",
      roles: ["role/editors"],
      capabilities: ["watch:*", "work:video/*"],
      expiresAt: now + 600_000,
    },
  });
});

it("gives no rights for a token that only names its user", async () => {
  expect(await verify(await sign({ roles: 7, name: "" }))).toMatchObject({
    caller: { id: "ana", name: "ana", roles: [], capabilities: [] },
  });
});

it("takes roles and capabilities from the claims that issuers commonly use", async () => {
  expect(await verify(await sign({ roles: "editors legal", caps: ["watch:*"] }))).toMatchObject({
    caller: { roles: ["role/editors", "role/legal"], capabilities: ["watch:*"] },
  });
});

it("reads how to reach the user from a token, and only a verified address", async () => {
  const claims = { email: "Ana@Shop.Example", locale: "ja_JP", zoneinfo: "Asia/Tokyo" };
  const contactOf = async (more: object) => {
    const judged = await verify(await sign(more as Record<string, unknown>));
    return judged.outcome === "valid" ? judged.caller.contact : judged;
  };
  const contact = { address: "Ana@shop.example", lang: "ja", zone: "Asia/Tokyo" };
  expect(await contactOf({ ...claims, email_verified: true })).toEqual(contact);
  expect(await contactOf({ ...claims, email_verified: "true" })).toEqual({ lang: "ja", zone: "Asia/Tokyo" });
  expect(await contactOf({ email: "ana@shop.example" })).toEqual({});
  expect(await contactOf({ locale: { en: 1 }, zoneinfo: ["UTC"], email: 7, email_verified: true })).toEqual(
    {},
  );
  expect(await contactOf({ name: "Ana" })).toBeUndefined();
});

it("keeps the caller small enough for an authorizer's context", async () => {
  const token = await sign({
    name: "n".repeat(500),
    roles: Array.from({ length: 100 }, (_, i) => `role-${i}`),
    "callboard:caps": Array.from({ length: 100 }, (_, i) => `work:video/${i}/${"x".repeat(300 * (i % 2))}`),
  });
  const outcome = await verify(token);
  expect(outcome.outcome).toBe("valid");
  expect(JSON.stringify(outcome).length).toBeLessThan(8 * 1024);
});

it("distinguishes an expired token from an invalid one", async () => {
  expect(await verify(await sign({ exp: now / 1000 - 10 }))).toEqual({ outcome: "expired" });
});

it("gives the same result for a repeated token, until it has expired", async () => {
  let time = now;
  const check = jwtTokens({ keys, now: () => time });
  const token = await sign({});
  const first = await check(token);
  expect(first).toMatchObject({ outcome: "valid", caller: { id: "ana", expiresAt: now + 600_000 } });
  for (time of [now, now + 300_000, now + 599_999]) expect(await check(token)).toEqual(first);
  time = now + 600_000 + 5000;
  expect(await check(token)).toEqual({ outcome: "expired" });
  time = now;
  expect(await check(token)).toEqual(first);
});

it("gives the same answer to concurrent callers with one token", async () => {
  const check = jwtTokens({ keys, now: () => now });
  const all = (token: string) => Promise.all(Array.from({ length: 50 }, () => check(token)));
  const outcomes = await all(await sign({}));
  expect(outcomes[0]).toMatchObject({ outcome: "valid", caller: { id: "ana" } });
  expect(new Set(outcomes).size).toBe(1);
  expect(new Set(await all("hello")).size).toBe(1);
  expect(await check("hello")).toEqual({ outcome: "invalid" });
});

it("refuses a refused token again, and recognizes no token by a part of it", async () => {
  const check = jwtTokens({ keys, now: () => now });
  const token = await sign({});
  expect(await check(token)).toMatchObject({ outcome: "valid" });
  const [header, , signature] = token.split(".");
  const claims = Buffer.from(JSON.stringify({ sub: "bob", exp: now / 1000 + 600 })).toString("base64url");
  for (const forged of [`${header}.${claims}.${signature}`, token.slice(0, -4), `${token}A`, `${token}.`])
    for (let tries = 0; tries < 2; tries++) expect(await check(forged)).toEqual({ outcome: "invalid" });
  expect(await check(token)).toMatchObject({ outcome: "valid", caller: { id: "ana" } });
});

it.each<[string, () => Promise<string> | string, Partial<JwtTokensOptions>]>([
  ["signed by another key", async () => sign({}, (await generateKeyPair("ES256")).privateKey), {}],
  ["signed with a shared secret", () => sign({}, new TextEncoder().encode("x".repeat(32)), "HS256"), {}],
  ["unsigned", () => `${btoa('{"alg":"none"}').replaceAll("=", "")}.${btoa('{"sub":"ana"}')}.`, {}],
  ["that is not a token", () => "hello", {}],
  ["empty", () => "", {}],
  ["of another issuer", () => sign({ iss: "https://other" }), { issuer: "https://ours" }],
  ["for another audience", () => sign({ aud: "other" }), { audience: ["callboard"] }],
  ["without a subject", () => sign({ sub: undefined }), {}],
  ["whose subject is not a user id", () => sign({ sub: "a/b" }), {}],
  ["whose subject is a number", () => sign({ sub: 7 }), {}],
  ["whose subject is a list", () => sign({ sub: ["ana"] }), {}],
  ["whose subject is null", () => sign({ sub: null }), {}],
  ["of nobody", () => sign({ sub: "system" }), {}],
  ["of somebody who was erased", () => sign({ sub: "erased-0123456789abcdef" }), {}],
  ["without an expiry", () => sign({ exp: undefined }), {}],
  ["whose expiry is text", () => sign({ exp: "never" }), {}],
  ["whose expiry is in milliseconds", () => sign({ exp: now + 600_000 }), {}],
  ["that never ends", () => signText(`{"sub":"ana","exp":1e400}`), {}],
  ["whose expiry is the largest number", () => sign({ exp: Number.MAX_SAFE_INTEGER }), {}],
  ["whose start is text", () => sign({ nbf: "now" }), {}],
  ["whose issue time is text", () => sign({ iat: "now" }), {}],
  ["whose issue time is in milliseconds", () => sign({ iat: now }), {}],
  ["whose issue time is negative", () => sign({ iat: -1 }), {}],
  ["not valid yet", () => sign({ nbf: now / 1000 + 60 }), {}],
])("refuses a token %s", async (_what, token, options) => {
  expect(await verify(await token(), options)).toEqual({ outcome: "invalid" });
});

it("treats anything that is not a token as invalid, and never fails", async () => {
  const base64 = (text: string) => Buffer.from(text).toString("base64url");
  const header = fc.constantFrom(
    '{"alg":"ES256","kid":"k1"}',
    '{"alg":"ES256"}',
    '{"alg":["ES256"],"kid":"k1"}',
    '{"alg":"ES256","kid":{"a":1}}',
    '{"alg":"ES256","kid":"../../k1"}',
    '{"alg":"ES384","kid":"k1"}',
    '{"alg":"RS256","kid":"k1"}',
    '{"alg":"none"}',
    '{"alg":"ES256","kid":"k1","crit":["b64"],"b64":false}',
    '{"alg":"ES256","kid":"k1","crit":["x"],"x":1}',
    '{"alg":"ES256","jwk":{"kty":"oct","k":"eA"}}',
    '{"alg":"dir","enc":"A128GCM"}',
    "[]",
    "null",
    "{",
    "",
  );
  const claims = fc.constantFrom('{"sub":"ana","exp":4000000000}', "[]", "7", "null", "{", "", '{"sub":{}}');
  const signature = fc.constantFrom("", "AA", base64("x".repeat(64)), "!!", "é", "A".repeat(2000));
  const odd = fc.string({ unit: "binary", maxLength: 40 });
  const parts = fc.tuple(header.map(base64), claims.map(base64), signature);
  const token = fc.oneof(
    parts.map((all) => all.join(".")),
    fc.array(fc.oneof(odd, header, claims), { maxLength: 6 }).map((all) => all.join(".")),
  );
  const check = jwtTokens({ keys, now: () => now });
  await fc.assert(
    fc.asyncProperty(token, async (text) => {
      expect(await check(text)).toEqual({ outcome: "invalid" });
    }),
  );
  const signed = await Promise.all(["[]", "7", "null", "{", "", '{"sub":{},"exp":[]}'].map(signText));
  for (const text of signed) expect(await check(text)).toEqual({ outcome: "invalid" });
});

it("leaves out invalid capabilities, of the token and of the deployment", async () => {
  const capabilities = { "*": ["*", "watch:*"], editors: ["inbox:*", "w*"] };
  const caps = ["*", "w*", "*:video/*", "inbox:*", "inbox:user/eve", "work:video/*", "answer:video", 7];
  const token = await sign({ "callboard:roles": ["editors"], "callboard:caps": caps });
  expect(await verify(token, { capabilities })).toMatchObject({
    caller: { capabilities: ["work:video/*", "watch:*"] },
  });
});

it("accepts the configured issuer and audience", async () => {
  const token = await sign({ iss: "https://ours", aud: ["callboard"] });
  expect(await verify(token, { issuer: "https://ours", audience: ["callboard"] })).toMatchObject({
    outcome: "valid",
  });
});

it("accepts an issuer's name with or without a slash at its end, and no other name", async () => {
  for (const [told, said] of [
    ["https://ours", "https://ours/"],
    ["https://ours/", "https://ours"],
    ["https://ours/", "https://ours/"],
  ] as const)
    expect(await verify(await sign({ iss: said }), { issuer: told })).toMatchObject({ outcome: "valid" });
  for (const iss of ["https://ours//", "https://ours/x", "https://our", "http://ours"])
    expect(await verify(await sign({ iss }), { issuer: "https://ours/" })).toEqual({ outcome: "invalid" });
});

describe("of Cognito", () => {
  const audience = ["client-1", "callboard"];
  /** What Cognito's access token says: it names the client that it was given to, and no audience. */
  const access = { token_use: "access", client_id: "client-1", username: "ana@x.example" };
  const outcomeOf = async (claims: object, more = {}) =>
    verify(await sign({ ...claims }), { audience, ...more });

  it("takes the ID token and the access token of its client", async () => {
    const groups = { "cognito:groups": ["editors"] };
    for (const claims of [access, { token_use: "id", aud: "client-1", name: "Ana" }])
      expect(await outcomeOf({ ...claims, ...groups })).toMatchObject({
        outcome: "valid",
        caller: { id: "ana", roles: ["role/editors"] },
      });
  });

  it.each<[string, object]>([
    ["another client's access token", { ...access, client_id: "client-2" }],
    ["another client's ID token", { token_use: "id", aud: "client-2" }],
    ["an ID token that names its client as access tokens do", { token_use: "id", client_id: "client-1" }],
    ["a token of neither kind", { ...access, token_use: "refresh" }],
    ["a use that is not text", { ...access, token_use: ["access"] }],
    ["an access token for others that names our client", { ...access, aud: "https://api.example" }],
    ["an access token whose client is a list", { ...access, client_id: ["client-1", 7] }],
    ["a token that names no audience", {}],
    ["a client where nothing says that it is an access token", { client_id: "client-1" }],
  ])("refuses %s", async (_, claims) => {
    expect(await outcomeOf(claims)).toEqual({ outcome: "invalid" });
  });

  it("refuses other uses also where any audience is accepted", async () => {
    expect(await verify(await sign({ token_use: "refresh" }))).toEqual({ outcome: "invalid" });
  });
});

describe("of which another claim names the user", () => {
  const idOf = async (userClaim: string, claims: Record<string, unknown>) => {
    const outcome = await verify(await sign({ sub: "c0ffee", ...claims }), { userClaim, guests: true });
    return outcome.outcome === "valid" ? outcome.caller.id : outcome.outcome;
  };

  it.each(["cognito:username", "username", "preferred_username", "https://shop.example/login"])(
    "takes the id from %s",
    async (claim) => {
      expect(await idOf(claim, { [claim]: "ana" })).toBe("ana");
    },
  );

  it("takes a verified e-mail address, in lower case", async () => {
    expect(await idOf("email", { email: "Ana@Shop.example", email_verified: true })).toBe("ana@shop.example");
  });

  it.each<[string, Record<string, unknown>]>([
    ["not verified", { email: "ana@shop.example", email_verified: false }],
    ["not said to be verified", { email: "ana@shop.example" }],
    ["verified by text", { email: "ana@shop.example", email_verified: "true" }],
    ["no text", { email: ["ana@shop.example"], email_verified: true }],
    ["of a form that ids do not have", { email: "o'hara@shop.example", email_verified: true }],
    ["reserved, in capitals", { email: "SYSTEM", email_verified: true }],
    [
      "with a letter whose lower case is another letter",
      { email: "\u212aen@shop.example", email_verified: true },
    ],
  ])("refuses an e-mail address that is %s", async (_, claims) => {
    expect(await idOf("email", claims)).toBe("invalid");
  });

  it.each(["system", "erased-1", "a/b", "", " ana", "x".repeat(129), 7, null, undefined])(
    "refuses %j, and falls back on no other claim",
    async (username) => {
      expect(await idOf("username", { username })).toBe("invalid");
    },
  );

  it("takes a guest's id from the claim of guests", async () => {
    const guest = { sub: "guest-1", "callboard:guest": true, username: "ana" };
    expect(await idOf("username", guest)).toBe("guest-1");
  });
});

it("fetches the keys of an issuer, and does not call a token invalid when they cannot be fetched", async () => {
  let status = 200;
  const server = createServer((_request, response) => response.writeHead(status).end(JSON.stringify(keys)));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`);
  const token = await sign({});
  expect(await verify(token, { keys: url })).toMatchObject({ outcome: "valid" });
  status = 500;
  await expect(verify(token, { keys: url })).rejects.toThrow("JSON Web Key Set");
});

it("adds the deployment's capabilities for everybody and for roles", async () => {
  const capabilities = { "*": ["watch:*"], editors: ["work:video/*", "watch:*"], legal: ["answer:*"] };
  const token = await sign({ "cognito:groups": ["editors"], caps: ["work:order/1"] });
  expect(await verify(token, { capabilities })).toMatchObject({
    caller: { roles: ["role/editors"], capabilities: ["work:order/1", "watch:*", "work:video/*"] },
  });
  expect(await verify(await sign({ roles: "constructor" }), { capabilities })).toMatchObject({
    caller: { capabilities: ["watch:*"] },
  });
});
