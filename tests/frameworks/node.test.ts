import { join } from "node:path";
import { beforeAll, expect, inject, it } from "vitest";
import { within } from "../e2e/people.ts";
import { type Project, tools } from "../packages/project.ts";
import { openExample, startOrder } from "./example.ts";

const { pages, socket } = inject("callboard");

let project: Project;
beforeAll(async () => {
  project = await openExample("node");
}, 60_000);

/** This Node, and others, which npm has only for Linux on x64. */
const others = process.platform === "linux" && process.arch === "x64" ? ["20", "22", "24"] : [];
const nodes = new Map([
  ...others.map((major) => [major, join(tools, `node-${major}/bin/node`)] as const),
  [process.versions.node.split(".")[0]!, process.execPath] as const,
]);

it.each([...nodes])(
  "examples/node follows an order and approves it in plain Node %s",
  async (major, node) => {
    expect(await project.run(node, "--version")).toMatch(new RegExp(`^v${major}\\.`));
    const order = await startOrder(`node-${major}`, { verbs: ["approve", "reject"] });
    const run = project.run(
      "env",
      `CALLBOARD_PAGES=${pages}`,
      `CALLBOARD_SOCKET=${socket}`,
      node,
      "follow.js",
      `node-${major}`,
    );
    const told = await within(30_000, "an answer", run);
    expect(told.trim().split("\n")).toEqual(["pack: running", "Send it? approve: accepted"]);
    expect(await order.answer()).toMatchObject({ status: "SUCCEEDED", verb: "approve" });
  },
);
