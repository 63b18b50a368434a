import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { authorizeEnvironment, composeAuthorize } from "@callboard/functions";
import { expect, it, onTestFinished } from "vitest";
import { openDevTokens } from "./dev-tokens.ts";

async function keyPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "callboard-dev-tokens-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, "data", "dev-key.json");
}

it.each([
  ["creator", ["watch:*", "work:*"]],
  ["viewer", ["watch:*"]],
] as const)("signs tokens of a %s that the authorizer accepts", async (role, capabilities) => {
  const tokens = await openDevTokens(await keyPath());
  const { verify } = composeAuthorize(authorizeEnvironment({ TOKEN_JWKS: JSON.stringify(tokens.jwks) }));
  const token = await tokens.sign("ana", role);
  expect(await verify(token)).toMatchObject({
    outcome: "valid",
    caller: { id: "ana", name: "Ana", roles: [], capabilities },
  });
});

it("gives everybody an address, and another address, a language and a zone on request", async () => {
  const tokens = await openDevTokens(await keyPath());
  const { verify } = composeAuthorize(authorizeEnvironment({ TOKEN_JWKS: JSON.stringify(tokens.jwks) }));
  const contactOf = async (...said: Parameters<typeof tokens.sign>) => {
    const judged = await verify(await tokens.sign(...said));
    return judged.outcome === "valid" ? judged.caller.contact : judged;
  };
  expect(await contactOf("ana", "viewer")).toEqual({ address: "ana@example.com" });
  expect(await contactOf("a..b", "viewer")).toBeUndefined();
  const contact = { email: "me@shop.example", lang: "ja", zone: "Asia/Tokyo" };
  expect(await contactOf("ana", "viewer", contact)).toEqual({
    address: "me@shop.example",
    lang: "ja",
    zone: "Asia/Tokyo",
  });
});

it("keeps its key where nobody else can read it", async () => {
  const path = await keyPath();
  const before = await openDevTokens(path);
  const after = await openDevTokens(path);
  expect(after.jwks).toEqual(before.jwks);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(JSON.stringify(after.jwks)).not.toContain('"d":');
});
