import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { containerProcesses } from "./processes.ts";

/** Runs a program of one line as a container. */
function run(program: string, signal = new AbortController().signal) {
  const processes = containerProcesses(() => ({ CALLBOARD_BUS: "bus", GIVEN: "before" }), ["-e", program]);
  const containers = [{ name: "prepare", command: [], environment: { TASK_TOKEN: "token", GIVEN: "after" } }];
  return processes({ taskDefinition: "prepare", containers, signal });
}

it.each([
  ["that is done", "process.exit(0)", { exitCode: 0 }],
  ["that fails", "process.exit(3)", { exitCode: 3 }],
  ["that throws", "throw new Error('no')", { exitCode: 1 }],
  [
    "that is killed",
    "process.kill(process.pid, 'SIGKILL')",
    { exitCode: 137, reason: "it was ended by SIGKILL" },
  ],
])("names the exit code of a process %s", async (_, program, end) => {
  expect(await run(program)).toEqual(end);
});

it("passes on the task's environment overrides, and nothing of this process's own", async () => {
  const expected = { CALLBOARD_BUS: "bus", GIVEN: "after", TASK_TOKEN: "token" };
  const program = `const { ${Object.keys(expected).join()}, PATH, HOME } = process.env;
    const is = JSON.stringify({ ${Object.keys(expected).join()} });
    process.exit(is === ${JSON.stringify(JSON.stringify(expected))} && !PATH && !HOME && process.argv.length === 1 ? 0 : 1)`;
  expect(await run(program)).toEqual({ exitCode: 0 });
});

it("kills a process that does not end with its state", async () => {
  const state = new AbortController();
  const ended = run("setInterval(() => {}, 1000)", state.signal);
  state.abort();
  expect(await ended).toMatchObject({ exitCode: 137 });
});

it("lets a process end by itself when its state has its result", async () => {
  const state = new AbortController();
  const ended = run("setTimeout(() => process.exit(0), 10)", state.signal);
  state.abort();
  expect(await ended).toEqual({ exitCode: 0 });
});

it("rejects when no process can be started", async () => {
  const environment = { "NOT\0VALID": "x" };
  const processes = containerProcesses(() => environment, ["-e", ""]);
  const task = { taskDefinition: "prepare", containers: [], signal: new AbortController().signal };
  await expect(processes(task)).rejects.toThrow();
});

it("ends with the process that started it", async () => {
  // A caller that never answers.
  const server = createServer();
  const asked = once(server, "connection");
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as { port: number };
  const file = fileURLToPath(new URL("./program.ts", import.meta.url));
  const env = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    TASK_TOKEN: "token",
    PREPARE_INPUT: JSON.stringify({ video: { bucket: "b", key: "k" }, outputPrefix: "videos/" }),
  };
  const child = spawn(process.execPath, ["--import", "tsx", file], {
    env,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
    server.close();
  });
  const ended = once(child, "exit");
  const [connection] = await asked;
  child.disconnect();
  expect(await ended).toEqual([1, null]);
  connection.destroy();
});
