import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import { expect, it } from "vitest";
import { createSigningKey, createTokenMint, publicJwks } from "./index.ts";

it("makes a key that is named by its thumbprint", async () => {
  const key = await createSigningKey();
  expect(key).toMatchObject({ kty: "EC", crv: "P-256", alg: "ES256", use: "sig" });
  expect(key.kid).toBe(await calculateJwkThumbprint(key));
  expect((await createSigningKey()).kid).not.toBe(key.kid);
});

it("publishes a new key and the old one, without what signs", async () => {
  const [newer, older] = [await createSigningKey(), await createSigningKey()];
  const { keys } = publicJwks([newer, older]);
  expect(keys.map(({ kid }) => kid)).toEqual([newer.kid, older.kid]);
  for (const key of keys)
    expect(Object.keys(key).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
});

it.each(["RS256", "ES384", "Ed25519"])("takes a key of another kind that signs: %s", async (algorithm) => {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: "k1" };
  const { jwks, mint } = createTokenMint({ privateKey: jwk, issuer: "https://shop.example" });
  for (const secret of ["d", "p", "q", "dp", "dq", "qi"]) expect(jwks.keys[0]).not.toHaveProperty(secret);
  expect(await mint({ user: "ana" })).toMatch(/^ey/);
});

it("publishes no two keys of one name", async () => {
  const key = await createSigningKey();
  expect(() => publicJwks([key, key])).toThrow("two keys have the same kid");
  expect(() => publicJwks([key, { ...key, kid: "" }])).toThrow("privateJwks[1].kid is missing");
});
