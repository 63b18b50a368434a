import { spawnSync } from "node:child_process";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, beforeEach, expect, inject, it } from "vitest";
import { thisRoot as root } from "../../scripts/bundle.ts";
import { within } from "../e2e/people.ts";
import { type Project, projectIn } from "../packages/project.ts";
import { inPlaceOf, keepRunning, readDocument } from "./document.ts";
import { startOrder } from "./example.ts";

const { pages, socket } = inject("callboard");

/** A Python with the client's one library; the system's first, since Debian packages the library for it. */
const python = ["/usr/bin/python3", "python3", "python"].find(
  (command) => spawnSync(command, ["-c", "import websockets"]).status === 0,
);
const reason = "there is no python3 with the library websockets";
if (!python) console.warn(`tests/frameworks/python.test.ts is skipped: ${reason}`);
beforeEach(({ skip }) => skip(!python, reason));

/** The commands in examples/python/README.md. */
const [follow, unit, kit] = readDocument("examples/python/README.md")
  .commands("Run it")
  .map((line) => inPlaceOf(line, { python3: python ?? "python3" }));

let project: Project;
beforeAll(async () => {
  // In the project in which a user has installed the command.
  project = projectIn(join(inject("place"), "service/python"));
  await cp(join(root, "examples/python"), project.folder, { recursive: true });
});

it("examples/python follows an order and approves it", async () => {
  const order = await startOrder("python", { verbs: ["approve", "reject"] });
  const line = inPlaceOf(follow!, { "order/7": "order/python" });
  const running = await keepRunning(
    project,
    `env CALLBOARD_PAGES=${pages} CALLBOARD_SOCKET=${socket} ${line}`,
    "Send it? approve: accepted",
  );
  try {
    expect(await within(30_000, "an answer", order.answer())).toMatchObject({
      status: "SUCCEEDED",
      verb: "approve",
    });
    expect(running.output()).toMatch(/^step\/-\/pack \{.*"percent": 40/m);
  } finally {
    await running.stop();
  }
});

it("examples/python passes its own tests", async () => {
  expect(await project.type(`${unit} 2>&1`)).toMatch(/Ran \d{2} tests in .*\n\nOK\n/);
});

it("examples/python passes the conformance kit", { timeout: 240_000 }, async () => {
  const { ok, cases } = JSON.parse(await project.type(inPlaceOf(kit!, { " -- ": " --json -- " })));
  expect(cases.filter(({ outcome }: { outcome: string }) => outcome !== "passed")).toEqual([]);
  expect(ok).toBe(true);
});
