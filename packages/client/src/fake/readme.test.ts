// @vitest-environment happy-dom
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished, vi } from "vitest";
import * as client from "../callboard.ts";
import { mountDevtools } from "../devtools/index.ts";
import * as headless from "../headless/index.ts";
import { fakeCallboard } from "../testing/fake/index.ts";

const readme = readFileSync(join(dirname(fileURLToPath(import.meta.url)), "../../README.md"), "utf8");

/** The first example of a section of the README. */
function exampleOf(heading: string): string {
  const [, section = ""] = new RegExp(`\n## ${heading}\n(.*?)(?=\n## |$)`, "s").exec(readme) ?? [];
  const [, code] = /```js\n(.*?)```/s.exec(section) ?? [];
  if (code === undefined) throw new Error(`no example in the section ${heading}`);
  return code;
}

/** Runs an example as it stands, but for where its imports are found; answers what it printed. */
async function run(code: string, modules: Record<string, object>): Promise<string[]> {
  const printed: string[] = [];
  const body = code.replace(/^import (\{.*?\}) from ("[^"]+");$/gm, "const $1 = modules[$2];");
  const console = { log: (...all: unknown[]) => printed.push(all.map(String).join(" ")) };
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
  await new AsyncFunction("modules", "console", body)(modules, console);
  return printed;
}

it("runs the example of testing with the printed result", async () => {
  const code = exampleOf("Testing");
  const said = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, comment]) => comment);
  expect(said.length).toBeGreaterThan(3);
  const printed = await run(code, {
    "@callboard/client": client,
    "@callboard/client/testing": { fakeCallboard },
  });
  expect(printed).toEqual(said);
});

it("runs the example of forms with the printed result", async () => {
  const told: unknown[] = [];
  const code = exampleOf("Forms").replaceAll("console.log(", "tell(");
  await run(`const tell = modules.tell;\n${code}`, {
    "@callboard/client/headless": headless,
    tell: (one: unknown) => told.push(one),
  });
  const [parts, read, problems, state, placed, ...others] = told;
  expect(parts).toMatchObject([
    ["price", "number", "Price"],
    ["due", "text", expect.any(String)],
    ["lines", "list", expect.any(String)],
  ]);
  expect(read).toEqual({ ok: true, value: { price: 12.5 } });
  expect(problems).toEqual([{ path: ["price"], problem: { code: "too_small", least: "0" } }]);
  expect(state).toBe("12,5");
  expect(JSON.stringify(placed)).toContain('["price"]');
  expect(others).toEqual([]);
});

it("runs the example of the devtools, which adds a panel and removes it", async () => {
  const mounted: string[] = [];
  const observer = new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes)
        mounted.push((node as HTMLElement).shadowRoot?.textContent?.slice(0, 18) ?? "");
  });
  observer.observe(document.body, { childList: true });
  const connect = (options: client.ConnectOptions) => {
    const { WebSocket, clock } = fakeCallboard().as("user/ana");
    const one = client.connect({ ...options, WebSocket, clock });
    onTestFinished(() => one.close());
    // What a client tells is its own matter; here it has nothing to tell.
    return Object.assign(one, { onDebug: () => () => {}, channels: () => [] });
  };
  await run(exampleOf("Devtools"), {
    "@callboard/client": { connect },
    "@callboard/client/devtools": { mountDevtools },
  });
  await vi.waitFor(() => expect(mounted).toEqual(["Callboard devtools"]));
  observer.disconnect();
  expect(document.body.children).toHaveLength(0);
});
