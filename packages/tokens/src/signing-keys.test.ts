import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import { expect, it } from "vitest";
import { createSigningKey, createTokenMint, publicJwks } from "./index.ts";

it("creates a key whose kid is its thumbprint", async () => {
  const key = await createSigningKey();
  expect(key).toMatchObject({ kty: "EC", crv: "P-256", alg: "ES256", use: "sig" });
  expect(key.kid).toBe(await calculateJwkThumbprint(key));
  expect((await createSigningKey()).kid).not.toBe(key.kid);
});

it("publishes a new key and the old one, without their private parts", async () => {
  const [newer, older] = [await createSigningKey(), await createSigningKey()];
  const { keys } = publicJwks([newer, older]);
  expect(keys.map(({ kid }) => kid)).toEqual([newer.kid, older.kid]);
  for (const key of keys)
    expect(Object.keys(key).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
});

it.each(["RS256", "ES384", "Ed25519"])(
  "accepts a private key of another algorithm: %s",
  async (algorithm) => {
    const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
    const jwk = { ...(await exportJWK(privateKey)), kid: "k1" };
    const { jwks, mint } = createTokenMint({ privateKey: jwk, issuer: "https://shop.example" });
    for (const secret of ["d", "p", "q", "dp", "dq", "qi"]) expect(jwks.keys[0]).not.toHaveProperty(secret);
    expect(await mint({ user: "ana" })).toMatch(/^ey/);
  },
);

it("publishes no two keys with the same kid", async () => {
  const key = await createSigningKey();
  expect(() => publicJwks([key, key])).toThrow("two keys have the same kid");
  expect(() => publicJwks([key, { ...key, kid: "" }])).toThrow("privateJwks[1].kid is missing");
});
