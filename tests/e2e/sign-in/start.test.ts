import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser, openPage } from "../browser.ts";
import { type Machine, openMachine } from "../machine.ts";
import { within } from "../people.ts";
import { clientId, openIssuer, type TestIssuer } from "./issuer.ts";
import { connected, signIn } from "./sign-in-stage.ts";

let issuer: TestIssuer;
let machine: Machine;
beforeAll(async () => {
  [issuer, machine] = await Promise.all([openIssuer("plain"), openMachine()]);
});
afterAll(async () => {
  await machine?.close();
  await issuer?.close();
});

it("starts with an issuer's variables and signs people in, with links without tokens", async () => {
  const running = machine.start({
    CALLBOARD_ISSUER: `${issuer.url}/`,
    CALLBOARD_CLIENT_ID: clientId,
    CALLBOARD_CAPABILITIES: '{"*":["watch:*"]}',
  });
  await running.up;
  const pages = `http://127.0.0.1:${machine.ports.pages}`;
  expect(running.output()).toContain(`  Viewer   ${pages}/viewer.html\n  Creator  ${pages}/creator.html\n`);
  const config = await fetch(`${pages}/config.json`);
  expect(await config.json()).toMatchObject({
    devTokens: false,
    signIn: { issuer: issuer.url, clientId, token: "id" },
  });
  expect(config.headers.get("content-security-policy")).toMatch(`${issuer.url}`);
  expect((await fetch(`${pages}/dev/token?user=ana&role=creator`)).status).toBe(404);

  issuer.pages = pages;
  const browser = await openBrowser();
  try {
    const { page, problems } = await openPage(browser, `${pages}/index.html`);
    await page.getByRole("link", { name: /^Viewer/ }).click();
    await signIn(page, "vic");
    await connected(page);
    expect(problems.filter((one) => !one.includes("ERR_NAME_NOT_RESOLVED"))).toEqual([]);
  } finally {
    await browser.close();
    running.signal("SIGTERM");
    await running.ended;
  }
});

it.each<[string, Record<string, string>, string]>([
  ["a claim that is not unique", { CALLBOARD_USER_CLAIM: "name" }, "CALLBOARD_USER_CLAIM is not"],
  ["two words as a client", { CALLBOARD_CLIENT_ID: "a b" }, "CALLBOARD_CLIENT_ID is not"],
  ["invalid capabilities", { CALLBOARD_CAPABILITIES: '{"*":["*"]}' }, "CALLBOARD_CAPABILITIES is not"],
  ["an issuer that does not answer", { CALLBOARD_ISSUER: "http://127.0.0.1:9" }, "CALLBOARD_ISSUER does not"],
  ["an issuer without a name", { CALLBOARD_ISSUER: "id.example" }, "CALLBOARD_ISSUER is not"],
  ["a client without an issuer", { CALLBOARD_ISSUER: "" }, "CALLBOARD_CLIENT_ID belongs to"],
])("says in one line what is wrong with %s", async (_, wrong, line) => {
  const env = { CALLBOARD_ISSUER: issuer.url, CALLBOARD_CLIENT_ID: clientId, ...wrong };
  const running = machine.start(env);
  running.up.catch(() => {});
  const { code } = await within(30_000, "the end of a failed start", running.ended);
  expect(code).toBe(1);
  const lines = running.output().split("\n").filter(Boolean);
  expect(lines.at(-1)).toContain(line);
  expect(lines.filter((one) => !one.startsWith("Building"))).toHaveLength(1);
});
