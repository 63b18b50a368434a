import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startAsking } from "./asking.ts";
import { awsAt } from "./aws.ts";
import { runAwsCommand } from "./aws-command.ts";
import { type Machine, openMachine, type Running } from "./machine.ts";
import { eventually } from "./people.ts";

/** The commands of the example's README. */
const readme = readFileSync(new URL("../../examples/slack/README.md", import.meta.url), "utf8");
const [, start] = /```sh start\n(.*)\n```/.exec(readme)!;
const [, rule] = /```sh rule\n([\s\S]*?)\n```/.exec(readme)!;

/** A stand-in for Slack. */
const posted: string[] = [];
const slack = createServer(async (request, response) => {
  posted.push(JSON.parse(await text(request)).text);
  response.end("ok");
});

let machine: Machine;
let running: Running;
beforeAll(async () => {
  await new Promise<void>((listening) => slack.listen(0, "127.0.0.1", listening));
  machine = await openMachine();
});
afterAll(async () => {
  await machine?.close();
  slack.close();
});

/** Starts as the README says, with another address in place of Slack's. */
async function begin(): Promise<void> {
  const words = start!.split(" ");
  const variables = Object.fromEntries(
    words.filter((word) => word.includes("=")).map((word) => word.split("=")),
  );
  expect(words.slice(-2)).toEqual(["npm", "start"]);
  const address = `http://127.0.0.1:${(slack.address() as AddressInfo).port}/services/T0/B0/x`;
  running = machine.start({ ...variables, SLACK_WEBHOOK_URL: address });
  await running.up;
}

const ask = (subject: string) =>
  startAsking(awsAt(`http://127.0.0.1:${machine.ports.aws}`), subject, [`video/${subject}`]);

it("posts to Slack from one machine by the commands of its README, and again after a kill", async () => {
  await begin();
  const endpoint = `http://127.0.0.1:${machine.ports.aws}`;
  for (const line of rule!.split("\n").filter((one) => one.startsWith("aws ")))
    await runAwsCommand(endpoint, line);
  await ask("first");
  await eventually(() => posted.length === 1);
  running.signal("SIGKILL");
  await running.ended;
  await begin();
  await ask("second");
  await eventually(() => posted.includes("A question waits: video/second"));
  // A message that was posted when the process was killed may be posted again.
  expect([...new Set(posted)]).toEqual(["A question waits: video/first", "A question waits: video/second"]);
});
