// Starts Callboard by npm as a new user does, on any system, uses it, and checks that nothing of it keeps running.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { npmProgram } from "../scripts/ready.js";

const [pages, socket, aws] = await freePorts(3);
// The first start builds the pages.
const startMs = 180_000;
const endMs = 2_000;

const data = mkdtempSync(join(tmpdir(), "callboard-smoke-"));
const npm = npmProgram(process.env, process);
const started = spawn(npm.command, [...npm.args, "start"], {
  cwd: dirname(dirname(fileURLToPath(import.meta.url))),
  shell: npm.shell,
  stdio: ["ignore", "pipe", "inherit"],
  env: {
    ...process.env,
    CALLBOARD_PORT: String(pages),
    CALLBOARD_SOCKET_PORT: String(socket),
    CALLBOARD_AWS_PORT: String(aws),
    CALLBOARD_DATA: data,
  },
});

try {
  await up();
  await answers(`http://127.0.0.1:${pages}/`);
  await answers(`http://127.0.0.1:${pages}/dev/token?user=ana&role=creator`);
  const target = { "x-amz-target": "AWSStepFunctions.ListStateMachines" };
  const found = await answers(`http://127.0.0.1:${aws}/`, { method: "POST", headers: target, body: "{}" });
  if (!found.includes("stateMachineArn")) throw new Error(`the workflow is not there: ${found}`);
} finally {
  await end();
  rmSync(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
console.log(
  `It starts, answers and ends on ${process.platform} ${process.arch} with Node ${process.version}.`,
);

function up() {
  return new Promise((resolve, reject) => {
    let said = "";
    const late = setTimeout(() => reject(new Error(`not up after ${startMs} ms: ${said}`)), startMs);
    started.stdout.setEncoding("utf8").on("data", (text) => {
      said += text;
      if (!said.includes("Callboard is up")) return;
      clearTimeout(late);
      resolve();
    });
    started.once("close", (code) => reject(new Error(`it ended with ${code}: ${said}`)));
    started.once("error", reject);
  });
}

async function answers(url, options) {
  const response = await fetch(url, options);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`);
  return text;
}

/** npm is killed, which it cannot pass on. Windows kills only the named process, so there the whole tree is named. */
async function end() {
  // npm's children share its output, which is closed once all have ended.
  const gone = new Promise((resolve) => started.once("close", resolve));
  if (process.platform === "win32") spawnSync("taskkill", ["/pid", String(started.pid), "/t", "/f"]);
  else started.kill("SIGKILL");
  const late = setTimeout(() => {
    console.error(`something still runs ${endMs} ms after the end of npm`);
    process.exit(1);
  }, endMs);
  await gone;
  clearTimeout(late);
  if ((await Promise.all([pages, socket, aws].map(isOpen))).some(Boolean))
    throw new Error("something still listens after its end");
}

function isOpen(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map((server) => new Promise((done) => server.listen(0, "127.0.0.1", done))));
  const found = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return found;
}
