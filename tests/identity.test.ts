import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { authorizeEnvironment, composeAuthorize } from "@callboard/functions";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readStageSettings as readSettings, type StageSettings } from "../stacks/stage-settings.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const document = readFileSync(join(root, "docs/identity.md"), "utf8");

/** The one block of a language in docs/identity.md. */
function block(language: string): string {
  const blocks = [...document.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"))];
  expect(blocks).toHaveLength(1);
  return blocks[0]![1]!;
}

const variables = Object.fromEntries(
  block("ini")
    .trim()
    .split("\n")
    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
);
// It is typed with SST's globals, which the setup with an own issuer does not use.
const { identity } = (await import(new URL("../stacks/identity.ts", import.meta.url).href)) as {
  identity(settings: StageSettings): { forPages(pages: string[]): { environment: Record<string, string> } };
};
const told = (more: object = {}) =>
  identity(readSettings("dev", { ...variables, ...more })).forPages([]).environment;

let backEnd: ReturnType<typeof startBackEnd>;
let address: string;
beforeAll(async () => {
  backEnd = startBackEnd();
  const [line] = await once(createInterface(backEnd.stdout), "line");
  address = `http://127.0.0.1:${/^listening on (\d+)$/.exec(line)![1]}`;
});
afterAll(async () => {
  backEnd.kill();
  if (backEnd.exitCode === null && backEnd.signalCode === null) await once(backEnd, "exit");
});

/** Runs the document's back end, on a free port. */
function startBackEnd() {
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-"], {
    cwd: root,
    env: { ...process.env, PORT: "0", SIGNING_KEY: "" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(block("js"));
  return child;
}

async function tokenOf(headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`${address}/callboard-token`, { headers });
  expect(response.headers.get("cache-control")).toBe("no-store");
  return ((await response.json()) as { token: string }).token;
}

/** The authorizer of a deployment with the document's settings, except the issuer's host. */
function verify(token: string, more: object = {}) {
  const { TOKEN_JWKS_URL, ...rest } = told(more);
  const jwksUrl = TOKEN_JWKS_URL!.replace("https://shop.example", address);
  return composeAuthorize(authorizeEnvironment({ ...rest, TOKEN_JWKS_URL: jwksUrl })).verify(token);
}

it("admits a person with a token of the back end in docs/identity.md, with the role's rights", async () => {
  expect(await verify(await tokenOf({ cookie: "session=ana" }))).toMatchObject({
    outcome: "valid",
    caller: {
      id: "ana",
      name: "Ana",
      roles: ["role/editors"],
      capabilities: ["answer:order/*", "watch:*", "work:video/*", "answer:*"],
    },
  });
});

it("lets its guests watch the channels that they were given, if guests are allowed", async () => {
  const token = await tokenOf();
  expect(await verify(token)).toMatchObject({
    outcome: "valid",
    caller: {
      id: expect.stringMatching(/^guest-[0-9a-f]{32}$/),
      roles: [],
      capabilities: ["watch:video/v_1"],
    },
  });
  for (const no of ["false", ""])
    expect(await verify(token, { CALLBOARD_GUESTS: no })).toEqual({ outcome: "invalid" });
});
