import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeAuthorize, environment } from "@callboard/functions";
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
] as const)("signs tokens of a %s that the authorizer takes", async (role, capabilities) => {
  const tokens = await openDevTokens(await keyPath());
  const { verify } = composeAuthorize(environment("authorize", { TOKEN_JWKS: JSON.stringify(tokens.jwks) }));
  const token = await tokens.sign("ana", role);
  expect(await verify(token)).toMatchObject({
    outcome: "valid",
    caller: { id: "ana", name: "Ana", roles: [], capabilities },
  });
  expect(await tokens.holderOf(token)).toEqual({ user: "ana", role });
});

it("keeps its key, where nobody else reads it", async () => {
  const path = await keyPath();
  const before = await openDevTokens(path);
  const after = await openDevTokens(path);
  expect(await after.holderOf(await before.sign("ana", "creator"))).toEqual({ user: "ana", role: "creator" });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(JSON.stringify(after.jwks)).not.toContain('"d":');
});

it("knows no holder of a token that another machine signed, or that is none", async () => {
  const [ours, others] = [await openDevTokens(await keyPath()), await openDevTokens(await keyPath())];
  expect(await ours.holderOf(await others.sign("ana", "creator"))).toBeUndefined();
  expect(await ours.holderOf("hello")).toBeUndefined();
});
