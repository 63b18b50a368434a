import { mkdir, symlink } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, expect, inject, it, onTestFinished } from "vitest";
import { thisRoot as root } from "../../scripts/bundle.ts";
import { awsAt } from "../e2e/aws.ts";
import { openBrowser, openPage } from "../e2e/browser.ts";
import { freePorts } from "../e2e/machine.ts";
import { eventually } from "../e2e/people.ts";
import { type Project, tools, versionHere } from "../packages/project.ts";
import { type Started, startCallboard } from "../packages/started.ts";
import { inPlaceOf, keepRunning, openOrders, readDocument } from "./document.ts";

const tutorial = readDocument("docs/tutorial.md");
const recipes = readDocument("docs/recipes.md");
const [snippet, command] = [
  (heading: string, language: string) => recipes.snippets(heading, language)[0]!,
  (heading: string, number = 0) => recipes.commands(heading)[number]!,
];

/** The tutorial's application, and a Callboard with lists of orders. */
let project: Project;
let callboard: Started;
/** This Callboard's addresses, by the addresses in the documents. */
let places: { pages: Record<string, string>; socket: Record<string, string>; aws: Record<string, string> };
beforeAll(async () => {
  const beside = join(inject("place"), "recipes");
  await mkdir(beside);
  await symlink(root, join(beside, "callboard"), "dir");
  project = await openOrders(beside);
  callboard = await startCallboard(project, `env ${command("A list of recent subjects")}`);
  const { pages, socket, env } = callboard;
  places = {
    pages: { "http://127.0.0.1:3000": pages },
    socket: { "ws://127.0.0.1:3001": socket.replace(/\/$/, "") },
    aws: { "http://127.0.0.1:3002": `http://127.0.0.1:${env.CALLBOARD_AWS_PORT}` },
  };
  const client = inPlaceOf(tutorial.file("src/callboard.ts"), { ...places.pages, ...places.socket });
  await project.write("src/callboard.ts", client);
  for (const file of ["src/order.tsx", "src/App.tsx"]) await project.write(file, tutorial.file(file));
  await project.write("workflow.js", inPlaceOf(tutorial.file("workflow.js"), places.aws));
}, 240_000);
afterAll(async () => {
  await callboard?.stop();
});

/** Builds the page, serves it from its own origin with a policy, and opens it. */
async function openBuilt(policy: string) {
  const headers = { "content-security-policy": policy };
  await project.write(
    "vite.config.ts",
    `import { defineConfig } from "vite";
     export default defineConfig({ preview: { headers: ${JSON.stringify(headers)} } });`,
  );
  await project.type("npm run build");
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const preview = `npx vite preview --host 127.0.0.1 --strictPort --port ${port}`;
  const served = await keepRunning(project, preview, url);
  onTestFinished(served.stop);
  expect((await fetch(url)).headers.get("content-security-policy")).toBe(policy);
  const browser = await openBrowser();
  onTestFinished(() => browser.close());
  return openPage(browser, url);
}

/** The policy of the recipe, with the addresses of this Callboard. */
function strictPolicy(): string {
  const header = snippet("A strict Content-Security-Policy", "http");
  const [, policy] = /^Content-Security-Policy: (.*)\n$/.exec(header)!;
  return inPlaceOf(policy!, { ...places.pages, ...places.socket });
}

it("gives any renderer everything about a subject, and its question", async () => {
  await project.write("follow-subject.js", snippet("A design of your own", "js"));
  await project.write(
    "draw.js",
    `import { connect } from "@callboard/client";
     import { fakeCallboard } from "@callboard/client/testing";
     import { followSubject } from "./follow-subject.js";
     const fake = fakeCallboard();
     const callboard = connect(fake.as("user/ana"));
     let drawn;
     await fake.report({ subject: "order/7", step: "pack", state: "running", owners: ["user/ana"], title: "Seven" });
     const stop = followSubject(callboard, "order/7", (now) => { drawn = now; });
     const candidates = [{ id: "small", title: "The small one" }];
     await fake.ask({ subject: "order/7", prompt: "Which box?", verbs: ["pick"], candidates, assignees: ["user/ana"] });
     const { title, steps: [{ step, state }], questions: [{ prompt, proposals, requestId, round }] } = drawn;
     const words = [title, step, state, prompt, ...proposals.map((one) => one.title)];
     console.log(words.join(" "));
     console.log((await callboard.reply({ requestId, round, verb: "pick", candidateId: "small" })).status);
     await fake.settled();
     console.log(drawn.questions.length);
     stop();
     callboard.close();`,
  );
  const told = await project.run(process.execPath, "draw.js");
  expect(told.trim().split("\n")).toEqual(["Seven pack running Which box? The small one", "accepted", "0"]);
});

it("connects in a plain Node of each kind, with ws and without", async () => {
  await project.write("node.js", inPlaceOf(snippet("Node", "js"), { ...places.pages, ...places.socket }));
  const packed = process.platform === "linux" && process.arch === "x64";
  const run = (node: string) => project.run(node, "node.js");
  const states = "connected\nclosed\n";
  if (packed) expect(await run(join(tools, "node-22/bin/node"))).toBe(states);
  await project.type(`npm install --no-save ${versionHere("ws")}`, { npm_config_ignore_scripts: "true" });
  expect(await run(process.execPath)).toBe(states);
});

it("renders on a server the first state of the browser", async () => {
  await project.write("server.js", snippet("Rendering on a server", "js"));
  expect(await project.run(process.execPath, "server.js")).toBe("<p>Looking…</p>\n");
});

it("lists orders and answers under a strict policy, on a page of another origin", async () => {
  await project.write("src/orders.tsx", snippet("A list of recent subjects", "tsx"));
  await project.write(
    "src/App.tsx",
    inPlaceOf(tutorial.file("src/App.tsx"), {
      'import { Order } from "./order";':
        'import { Order } from "./order";\nimport { Orders } from "./orders";',
      '<Order id="7" />': '<Order id="7" />\n<Orders />',
    }),
  );
  const { page, problems } = await openBuilt(strictPolicy());
  const workflow = project.type("node workflow.js");
  await page.getByText("order/7: running (1 to answer)").waitFor();
  await page.getByRole("button", { name: "The small one" }).click();
  expect(await workflow).toContain("Ana has picked: small");
  await page.getByText("order/7: succeeded").waitFor();
  expect(problems).toEqual([]);
});

it("shows an order in a frame of a page of another site, with its own height", async () => {
  const [address] = Object.values(places.pages);
  const { token } = (await (await fetch(`${address}/dev/token?user=vic&role=viewer`)).json()) as {
    token: string;
  };
  const html = inPlaceOf(snippet("A frame in any page", "html"), { ...places.pages, TOKEN: token });
  const [port] = await freePorts(1);
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end(`<!doctype html><title>Another site</title>${html}`);
  });
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { put } = awsAt(Object.values(places.aws)[0]!);
  const pack = { subject: "order/7", step: "pack" };
  await put("Progress Reported", [
    { ...pack, state: "running", at: Date.now(), percent: 40, title: "Seven" },
  ]);
  // A run that never ends would be listed before those of later tests.
  onTestFinished(() => put("Progress Reported", [{ ...pack, state: "succeeded", at: Date.now() }]));
  const browser = await openBrowser();
  onTestFinished(() => browser.close());
  const { page, problems } = await openPage(browser, `http://localhost:${port}`);
  const frame = page.frameLocator("#order");
  await frame.getByRole("heading", { name: "Seven" }).waitFor();
  const height = () => page.locator("#order").evaluate((one) => Number.parseInt(one.style.height, 10));
  await eventually(height, (pixels) => pixels > 80);
  expect(await frame.locator("a, button, input").count()).toBe(0);
  expect(problems).toEqual([]);
});

it("follows, shows and asks as the README's examples say", async () => {
  const readme = readDocument("README.md");
  const [follow] = readme.snippets("Follow progress", "js");
  await project.write("follow.js", inPlaceOf(follow!, { ...places.pages, ...places.socket }));
  await project.type(`npm install ${versionHere("ws")}`, { npm_config_ignore_scripts: "true" });
  const following = await keepRunning(project, "node follow.js", "connected");
  onTestFinished(following.stop);

  const [order] = readme.snippets("Show it, and ask", "tsx");
  await project.write("src/order.tsx", order!);
  await project.write("src/App.tsx", tutorial.file("src/App.tsx"));
  const { page, problems } = await openBuilt(strictPolicy());

  const [states] = readme.snippets("Add it to a state machine you have", "js");
  await project.write("states.js", states!);
  const print = 'import("./states.js").then(({ states }) => console.log(JSON.stringify(states)))';
  const { sfn } = awsAt(Object.values(places.aws)[0]!);
  const ends = { Decide: { Type: "Succeed" }, Unsent: { Type: "Fail" } };
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name: "readme",
      roleArn: "arn:aws:iam::000000000000:role/readme",
      definition: JSON.stringify({
        QueryLanguage: "JSONata",
        StartAt: "Report",
        States: { ...JSON.parse(await project.run(process.execPath, "-e", print)), ...ends },
      }),
    }),
  );
  const input = JSON.stringify({ id: "7" });
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
  await page.getByText("review: started").waitFor();
  await page.getByText("Shall it be sent?").getByRole("button").first().click();
  const look = () => sfn.send(new DescribeExecutionCommand({ executionArn }));
  const { output } = await eventually(look, ({ status }) => status !== "RUNNING");
  expect(JSON.parse(output!)).toMatchObject({ id: "7", answer: { verb: "approve", by: { id: "ana" } } });
  await eventually(() => /step\/\S+\/review/.test(following.output()));
  expect(problems).toEqual([]);
});

it("tests the tutorial's page without a network", async () => {
  const heading = "Tests of your own page";
  await project.type(command(heading), { npm_config_ignore_scripts: "true" });
  await project.write("src/order.tsx", tutorial.file("src/order.tsx"));
  const test = recipes.file("src/order.test.tsx");
  await project.write("src/order.test.tsx", test);
  expect(await project.type(command(heading, 1))).toMatch(/Tests .*1 passed/);
  await project.type("npm run build");

  await project.write("src/order.test.tsx", test.replace('candidateId: "small" }', 'candidateId: "large" }'));
  await expect(project.type(command(heading, 1))).rejects.toThrow('"candidateId": "small"');
}, 120_000);
