import { request } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { run } from "../../run.ts";
import { keptTerminal } from "../../testing/kept-terminal.ts";
import { plainClient } from "../../testing/plain-client/index.ts";
import { conformanceCases } from "./cases/index.ts";
import { createStage } from "./create-stage.ts";
import { listenForCases } from "./server.ts";

/** Runs the kit on a program of JavaScript; `process.env` is needed to find it. */
async function testProgram(code: string, ...options: string[]) {
  const { terminal, printed, warned } = keptTerminal();
  const patience = ["--patience", "1", "--case", "first-sight"];
  const args = ["conformance-client", ...patience, ...options, "--", process.execPath, "-e", code];
  return { status: await run(args, terminal), printed: printed.join("\n"), warned };
}

it("fails a program that ends, and shows its standard error", async () => {
  const { status, printed } = await testProgram('console.error("no such module"); process.exitCode = 3;');
  expect(status).toBe(1);
  expect(printed).toMatch(/^FAILED {2}first-sight/);
  expect(printed).toContain("expected: the program runs until its standard input ends");
  expect(printed).toContain("came: it ended with status 3");
  expect(printed).toContain("see PROTOCOL.md#connecting");
  expect(printed).toContain("said: no such module");
  expect(printed).toMatch(/0 of 1 cases passed$/);
});

it("says that a command cannot be started", async () => {
  const { terminal, printed } = keptTerminal();
  const args = ["conformance-client", "--case", "first-sight", "--", "no-such-command-anywhere"];
  expect(await run(args, terminal)).toBe(1);
  expect(printed.join("\n")).toContain("came: it cannot be started: ENOENT");
});

it("tells a program where to connect, where tokens are, and what to do, in JSON on request", async () => {
  const code = `
    const { CALLBOARD_URL, CALLBOARD_TOKEN_URL } = process.env;
    fetch(CALLBOARD_TOKEN_URL).then(async (answer) => console.error(CALLBOARD_URL, answer.status, (await answer.text()).split(".").length));
    process.stdin.on("data", (data) => console.error(String(data).trim()));`;
  const { status, printed } = await testProgram(code, "--json");
  expect(status).toBe(1);
  const { ok, cases } = JSON.parse(printed);
  expect(ok).toBe(false);
  expect(cases).toEqual([
    expect.objectContaining({ name: "first-sight", outcome: "failed", came: "no line", wire: [] }),
  ]);
  expect(cases[0].words.sort()).toEqual([
    expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/first-sight 200 3$/),
    '{"follow":"watch:video/v_1"}',
  ]);
});

it.skipIf(process.platform === "win32")("ends a program with all that it started", async () => {
  const listening =
    'require("node:http").createServer().listen(0, "127.0.0.1", function () { console.error(this.address().port); })';
  const code = `
    const { spawn } = require("node:child_process");
    spawn(process.execPath, ["-e", ${JSON.stringify(listening)}], { stdio: "inherit" });
    setInterval(() => {}, 1000);`;
  const { printed } = await testProgram(code);
  const [, port] = /said: (\d+)/.exec(printed) ?? [];
  expect(Number(port)).toBeGreaterThan(0);
  await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow("fetch failed");
});

it("lists the cases, each with its requirement", async () => {
  const { terminal, printed } = keptTerminal();
  expect(await run(["conformance-client", "--list", "--json"], terminal)).toBe(0);
  const listed = JSON.parse(printed.join(""));
  expect(listed.map(({ name }: { name: string }) => name)).toEqual(conformanceCases.map(({ name }) => name));
  const names = keptTerminal();
  expect(await run(["conformance-client", "--list", "--case", "gap"], names.terminal)).toBe(0);
  expect(names.printed.join("\n")).toMatch(/^gap {19}A delta.*\n.*PROTOCOL.md#following-a-channel$/);
});

it.each([
  [["--"], "the command that runs your client is missing"],
  [["ws://127.0.0.1:4100"], "the command that runs your client is missing"],
  [["ws://example.com:4100", "--", "node"], "ADDRESS must be on this machine"],
  [["wss://127.0.0.1:4100", "--", "node"], "ADDRESS must be on this machine"],
  [["ws://127.0.0.1:99999", "--", "node"], "ADDRESS must be on this machine"],
  [["--case", "gaps", "--", "node"], "there is no case gaps: --list shows all"],
  [["--patience", "0", "--", "node"], "SECONDS must be from 1 to 300"],
])("shows its usage when it is called with %j", async (args, said) => {
  const { terminal, warned } = keptTerminal();
  expect(await run(["conformance-client", ...args], terminal)).toBe(2);
  expect(warned.join("\n")).toContain(said);
});

it("says that a port is taken", async () => {
  const server = await listenForCases(0);
  onTestFinished(server.close);
  const { port } = new URL(server.url("x"));
  const { terminal, warned } = keptTerminal();
  const args = ["conformance-client", `ws://127.0.0.1:${port}`, "--", process.execPath, "-e", "0"];
  expect(await run(args, terminal)).toBe(1);
  expect(warned).toEqual([expect.stringContaining(`port ${port} is in use`)]);
});

it.each([
  [{}, 200],
  [{ origin: "http://localhost:5173" }, 200],
  [{ origin: "https://evil.example" }, 403],
  [{ origin: "http://localhost.evil.example" }, 403],
  [{ origin: "null" }, 403],
  [{ host: "evil.example" }, 403],
])("answers only to this machine: %j gets %i", async (headers, status) => {
  const server = await listenForCases(0);
  onTestFinished(server.close);
  const url = server.url("gap");
  const stage = createStage({
    url,
    start: plainClient("never reconnects"),
    patienceMs: 1000,
    now: () => 0,
    random: () => "0123456789",
  });
  onTestFinished(stage.end);
  onTestFinished(server.serve("gap", stage));
  const answer = (address: string, more: object) =>
    new Promise<number | undefined>((resolve, reject) =>
      request(address.replace("ws:", "http:"), { headers: { ...headers, ...more } })
        .on("response", (response) => resolve(response.resume().statusCode))
        .on("error", reject)
        .end(),
    );
  expect(await answer(`${url}/token`, {})).toBe(status);
  // Without the subprotocols it goes no further.
  const upgrade = { connection: "Upgrade", upgrade: "websocket" };
  expect(await answer(url, upgrade)).toBe(status === 403 ? 403 : 400);
});
