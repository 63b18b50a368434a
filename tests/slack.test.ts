import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { memoryStage } from "@callboard/core/testing/memory-stage.ts";
import { SOURCE } from "@callboard/protocol";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";

/** The example is plain JavaScript, as Lambda runs it. */
const { handler }: { handler: (event: object) => Promise<void> } = await import(
  new URL("../examples/slack/slack.js", import.meta.url).href
);

interface Message {
  text: string;
  blocks: { type: string; text: { type: string; text: string } }[];
}

/** The posted messages, and how often the next posts are throttled. */
const slack = { messages: [] as Message[], throttled: 0 };

/**
 * Slack's incoming webhooks as it documents them: JSON with a text, sections of 3,000 characters at most, `ok` or a short
 * word. https://api.slack.com/messaging/webhooks
 */
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const end = (status: number, word: string) => response.writeHead(status).end(word);
  if (slack.throttled-- > 0) return end(429, "rate_limited");
  if (request.method !== "POST" || request.headers["content-type"] !== "application/json")
    return end(400, "invalid_payload");
  const message = JSON.parse(Buffer.concat(chunks).toString()) as Message;
  if (!message.text) return end(400, "no_text");
  const isRight = ({ type, text }: Message["blocks"][number]) =>
    type === "section" && text.type === "mrkdwn" && text.text.length > 0 && text.text.length <= 3000;
  if (message.blocks.length > 50 || !message.blocks.every(isRight)) return end(400, "invalid_blocks");
  slack.messages.push(message);
  return end(200, "ok");
});

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  vi.stubEnv("SLACK_WEBHOOK_URL", `http://127.0.0.1:${port}/services/T0/B0/x`);
});
beforeEach(() => {
  slack.messages.length = 0;
  slack.throttled = 0;
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.close();
});

const shownIn = ({ blocks }: Message) => blocks.map(({ text }) => text.text).join("\n");

let asked = 0;

/** The events that Callboard put of a question that is asked and reminded of, as EventBridge delivers them. */
async function events(question: object = {}) {
  const stage = memoryStage({ pages: "https://pages.example" });
  const id = await stage.ask({ taskToken: `asked ${asked++}`, remindAfterSeconds: 60, ...question });
  await stage.pump();
  await stage.advance(120_000);
  const delivered = stage.put.map(({ type, ...detail }) => ({ source: SOURCE, "detail-type": type, detail }));
  return { id, delivered };
}

it("posts a message with a link for a question and its reminder, each once however often it is delivered", async () => {
  const { id, delivered } = await events({ title: "Talk & more" });
  for (const event of [...delivered, ...delivered]) await handler(event);
  expect(slack.messages.map(({ text }) => text)).toEqual([
    "A question waits: Talk &amp; more",
    "A question still waits: Talk &amp; more",
  ]);
  expect(slack.messages.map((message) => shownIn(message).split("\n")[0])).toEqual(
    slack.messages.map(({ text }) => text),
  );
  const text = shownIn(slack.messages[0]!);
  expect(text).toContain("*Which title?*");
  expect(text).toContain(`<https://pages.example/creator.html#/q/${id}|Answer it>`);
});

it("uses the subject's name for a question without a title", async () => {
  const { delivered } = await events();
  for (const event of delivered) await handler(event);
  expect(slack.messages.map(({ text }) => text)).toEqual([
    "A question waits: video/v_1",
    "A question still waits: video/v_1",
  ]);
});

it("posts the message that its README shows", async () => {
  const folder = new URL("../examples/slack/", import.meta.url);
  const [, script] = /```sh\n(.*?)```/s.exec(readFileSync(new URL("README.md", folder), "utf8"))!;
  const here = script!.replace(/https:\S+/, process.env.SLACK_WEBHOOK_URL!);
  await promisify(execFile)("bash", ["-euo", "pipefail", "-c", here], { cwd: fileURLToPath(folder) });
  expect(slack.messages.map(({ text }) => text)).toEqual(["A question waits: order/7"]);
});

it("does not interpret people's text as markup, and respects a message's limits", async () => {
  const candidates = [
    { id: "a", title: "<!channel> & <script>" },
    { id: "c", title: "😀".repeat(140) },
    ...Array.from({ length: 18 }, (_, n) => ({ id: `b${n}`, title: "長い題名".repeat(70) })),
  ];
  const prompt = "<!everyone> ".repeat(80);
  const { delivered } = await events({ prompt, candidates });
  for (const event of delivered) await handler(event);
  const text = shownIn(slack.messages[0]!);
  expect(text).toContain("&lt;!channel&gt; &amp; &lt;script&gt;");
  expect(text).not.toMatch(/<!(?!date\^)/);
  // Slack cannot show half a character.
  expect(text).not.toMatch(/\p{Cs}/u);
});

it("fails if Slack accepts nothing, so that the event comes again", async () => {
  const { delivered } = await events();
  const opened = delivered.find((event) => event["detail-type"] === "Feedback Opened")!;
  slack.throttled = 1;
  await expect(handler(opened)).rejects.toThrow("Slack answered 429");
  await handler(opened);
  expect(slack.messages).toHaveLength(1);
});
