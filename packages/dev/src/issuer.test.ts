import { expect, it } from "vitest";
import { findIssuer } from "./issuer.ts";
import { readSettings, StartError } from "./settings.ts";

/** Nothing answers there. */
const issuer = "http://127.0.0.1:9";
const find = (env: Record<string, string>) =>
  findIssuer(readSettings({ CALLBOARD_ISSUER: issuer, ...env }).identity!);

it("uses the same address of the keys as a deployment when nobody signs in, although the issuer is not up yet", async () => {
  const found = await find({});
  expect(found?.variables).toMatchObject({
    TOKEN_ISSUER: issuer,
    TOKEN_JWKS_URL: `${issuer}/.well-known/jwks.json`,
  });
  expect(found?.signIn).toBeUndefined();
});

it("uses the configured address of the keys", async () => {
  const found = await find({ CALLBOARD_JWKS_URL: "http://127.0.0.1:9/keys" });
  expect(found?.variables.TOKEN_JWKS_URL).toBe("http://127.0.0.1:9/keys");
});

it("asks the issuer where people sign in, and says when it does not answer", async () => {
  const asked = find({ CALLBOARD_CLIENT_ID: "pages", CALLBOARD_JWKS_URL: "http://127.0.0.1:9/keys" });
  await expect(asked).rejects.toThrow(StartError);
});
