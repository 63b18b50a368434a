import { readFileSync } from "node:fs";
import { cp, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { extname, join } from "node:path";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import type { Page } from "playwright-core";
import { expect, inject } from "vitest";
import { thisRoot as root } from "../../scripts/bundle.ts";
import { startAsking } from "../e2e/asking.ts";
import { awsAt } from "../e2e/aws.ts";
import { freePorts } from "../e2e/machine.ts";
import { eventually } from "../e2e/people.ts";
import { openProject, type Project } from "../packages/project.ts";
import { keepRunning } from "./document.ts";

const { aws: awsUrl, socket } = inject("callboard");

/** The commands in examples/README.md. */
const readme = readFileSync(join(root, "examples/README.md"), "utf8");
const typed = (pattern: RegExp): string => {
  const [, found] = pattern.exec(readme) ?? [];
  if (found === undefined) throw new Error(`examples/README.md has no ${pattern}`);
  return found;
};

/** Copies an example to a folder outside the repository, and installs it as the README says. */
export async function openExample(name: string): Promise<Project> {
  const clone = join(inject("place"), "clone");
  const project = await openProject(join(clone, "examples", name));
  const folder = join(root, "examples", name);
  await cp(folder, project.folder, {
    recursive: true,
    filter: (file) => !/node_modules/.test(file.slice(folder.length)),
  });
  await project.type(typed(/^(npm install .+)$/m), { npm_config_ignore_scripts: "true" });
  return project;
}

/** A server of an example's pages, with its own origin. */
export interface Served {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a command that serves pages on the port in its last argument; resolves when it answers. */
export async function serve(project: Project, line: string): Promise<Served> {
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const { stop } = await keepRunning(project, `${line} ${port}`, url);
  return { url, stop };
}

const mediaTypes: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" };

/** Serves the files of a folder unchanged. */
export async function serveFiles(folder: string): Promise<Served> {
  const server = createServer(async ({ url = "/" }, response) => {
    const file = join(folder, new URL(url, "http://127.0.0.1").pathname);
    const text = await readFile(file).catch(() => undefined);
    const mediaType = mediaTypes[extname(file)] ?? "application/octet-stream";
    response.writeHead(text ? 200 : 404, { "content-type": mediaType }).end(text);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A workflow about an order, which packs it and asks Ana; `answer` resolves with what the workflow received. */
export async function startOrder(
  order: string,
  question: { verbs: string[]; candidates?: { id: string; title: string }[] },
): Promise<{ answer: () => Promise<Record<string, unknown>> }> {
  const aws = awsAt(awsUrl);
  const subject = `order/${order}`;
  const entries = typed(/put-events --entries '(.+)'$/m).replace("order/7", subject);
  await aws.bus.send(new PutEventsCommand({ Entries: JSON.parse(entries) }));
  const asked = { candidates: [], ...question, prompt: "Send it?", assignees: ["user/ana"] };
  const [executionArn] = await startAsking(aws, `asks-${order}`, [subject], asked);
  return {
    async answer() {
      const look = () => aws.sfn.send(new DescribeExecutionCommand({ executionArn }));
      const { status, output } = await eventually(look, (told) => told.status !== "RUNNING");
      return { status, ...JSON.parse(output ?? "{}") };
    },
  };
}

export const titles = [
  { id: "box", title: "In a box" },
  { id: "bag", title: "In a bag" },
];

/** Follows an order on the React example's page, and chooses. */
export async function pick(page: Page): Promise<void> {
  await page.getByRole("listitem").getByText("pack: running").waitFor();
  expect(await page.getByRole("progressbar").getAttribute("value")).toBe("40");
  const question = page.getByRole("group", { name: "Send it?" });
  const button = question.getByRole("button").first();
  await button.waitFor();
  expect(await button.isDisabled()).toBe(true);
  await question.getByLabel("In a bag").check();
  await button.click();
  await page.getByText("pick: relayed").waitFor();
}

/** Forwards connections to Callboard's socket, and counts them. */
export async function countConnections(): Promise<Served & { readonly count: () => number }> {
  let count = 0;
  const server = createTcpServer((client) => {
    count++;
    const upstream = connect(Number(new URL(socket).port), "127.0.0.1");
    client.pipe(upstream).pipe(client);
    client.on("error", () => upstream.destroy());
    upstream.on("error", () => client.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    count: () => count,
    async stop() {
      server.close();
    },
  };
}
