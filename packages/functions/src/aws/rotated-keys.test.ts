import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { expect, it, onTestFinished } from "vitest";
import { type JwtTokensOptions, jwtTokens } from "./jwt-tokens.ts";

const minutes = 60_000;

/** A key, its public half as an issuer publishes it, and a token that it signed for a day. */
async function signer(kid: string, start: number) {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: "ES256" };
  const token = await new SignJWT({ sub: "ana", exp: start / 1000 + 86_400 })
    .setProtectedHeader({ alg: "ES256", kid })
    .sign(privateKey);
  return { jwk, token };
}

/** An issuer at an address, which publishes the given keys, and a clock that stands still. */
async function stage(more: Partial<JwtTokensOptions> = {}) {
  let now = Date.UTC(2026, 0, 1);
  let published: JWK[] | undefined;
  let fetches = 0;
  const server = createServer((_request, response) => {
    fetches++;
    response.writeHead(published ? 200 : 500).end(JSON.stringify({ keys: published }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const keys = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`);
  const verify = jwtTokens({ keys, now: () => now, ...more });
  return {
    a: await signer("a", now),
    b: await signer("b", now),
    fetches: () => fetches,
    publish(...jwks: JWK[]) {
      published = jwks;
    },
    fail() {
      published = undefined;
    },
    pass(ms: number) {
      now += ms;
    },
    outcome: async ({ token }: { token: string }) => (await verify(token)).outcome,
  };
}

it("continues after a change of keys without a restart", async () => {
  const { a, b, publish, pass, outcome } = await stage();
  publish(a.jwk);
  expect(await outcome(a)).toBe("valid");
  pass(1 * minutes);
  publish(a.jwk, b.jwk);
  expect([await outcome(b), await outcome(a)]).toEqual(["valid", "valid"]);
  publish(b.jwk);
  pass(10 * minutes - 1);
  expect([await outcome(b), await outcome(a)]).toEqual(["valid", "valid"]);
  pass(1);
  expect([await outcome(b), await outcome(a)]).toEqual(["valid", "invalid"]);
});

it("refuses a known token once another key has the id of the one that signed it", async () => {
  const { a, b, publish, pass, outcome } = await stage({ keepKeysMs: 1 * minutes });
  publish(a.jwk);
  expect([await outcome(a), await outcome(a)]).toEqual(["valid", "valid"]);
  publish({ ...b.jwk, kid: "a" });
  pass(1 * minutes);
  expect([await outcome(a), await outcome(a)]).toEqual(["invalid", "invalid"]);
  publish(a.jwk);
  pass(1 * minutes);
  expect([await outcome(a), await outcome(a)]).toEqual(["valid", "valid"]);
});

it("does not refuse a known token when the keys that it needs again cannot be fetched", async () => {
  const { a, publish, fail, pass, outcome } = await stage({ keepKeysMs: 1 * minutes });
  publish(a.jwk);
  expect(await outcome(a)).toBe("valid");
  fail();
  pass(1 * minutes);
  await expect(outcome(a)).rejects.toThrow("JSON Web Key Set");
  publish(a.jwk);
  expect(await outcome(a)).toBe("valid");
});

it("keeps keys for the configured time", async () => {
  const { a, b, publish, pass, outcome } = await stage({ keepKeysMs: 1 * minutes });
  publish(a.jwk);
  expect(await outcome(a)).toBe("valid");
  publish(b.jwk);
  pass(1 * minutes - 1);
  expect(await outcome(a)).toBe("valid");
  pass(1);
  expect(await outcome(a)).toBe("invalid");
});

it("fetches keys once for concurrent callers, and not again while it has them", async () => {
  const { a, publish, pass, outcome, fetches } = await stage();
  publish(a.jwk);
  expect(await Promise.all([outcome(a), outcome(a), outcome(a)])).toEqual(["valid", "valid", "valid"]);
  pass(10 * minutes - 1);
  expect(await outcome(a)).toBe("valid");
  expect(fetches()).toBe(1);
});

it("fetches keys for tokens with made-up keys at most every five seconds", async () => {
  const { a, b, publish, pass, outcome, fetches } = await stage();
  publish(a.jwk);
  expect([await outcome(a), await outcome(b), await outcome(b)]).toEqual(["valid", "invalid", "invalid"]);
  expect(fetches()).toBe(1);
  pass(5000);
  expect([await outcome(b), await outcome(b)]).toEqual(["invalid", "invalid"]);
  expect(fetches()).toBe(2);
});

it("fetches a new key at once if it is configured to", async () => {
  const { a, b, publish, outcome } = await stage({ askAgainMs: 0 });
  publish(a.jwk);
  expect(await outcome(a)).toBe("valid");
  publish(a.jwk, b.jwk);
  expect(await outcome(b)).toBe("valid");
});

it("keeps the old key while the issuer cannot be reached, and does not call a token with a new key invalid", async () => {
  const { a, b, publish, fail, pass, outcome } = await stage();
  publish(a.jwk);
  expect(await outcome(a)).toBe("valid");
  fail();
  pass(1 * minutes);
  await expect(outcome(b)).rejects.toThrow("JSON Web Key Set");
  expect(await outcome(a)).toBe("valid");
  publish(a.jwk, b.jwk);
  expect(await outcome(b)).toBe("valid");
});
