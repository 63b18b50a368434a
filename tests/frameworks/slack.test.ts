import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { eventually } from "../e2e/people.ts";
import type { Project } from "../packages/project.ts";
import { keepRunning } from "./document.ts";
import { openExample, startOrder } from "./example.ts";

interface Message {
  text: string;
  blocks: { type: string; text: { type: string; text: string } }[];
}

/**
 * Slack's incoming webhooks as it documents them: JSON with a text, sections of 3,000 characters at most, `ok` or a short
 * word. The first post is throttled.
 * https://api.slack.com/messaging/webhooks
 */
async function startSlack() {
  const messages: Message[] = [];
  let posts = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const end = (status: number, word: string) => response.writeHead(status).end(word);
    if (posts++ === 0) return end(429, "rate_limited");
    if (request.headers["content-type"] !== "application/json") return end(400, "invalid_payload");
    const message = JSON.parse(Buffer.concat(chunks).toString()) as Message;
    if (!message.text) return end(400, "no_text");
    const isRight = ({ type, text }: Message["blocks"][number]) =>
      type === "section" && text.type === "mrkdwn" && text.text.length > 0 && text.text.length <= 3000;
    if (message.blocks.length > 50 || !message.blocks.every(isRight)) return end(400, "invalid_blocks");
    messages.push(message);
    return end(200, "ok");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T0/B0/x`,
    messages,
    stop: () => void server.close(),
  };
}

const { pages, aws } = inject("callboard");
let project: Project;
let slack: Awaited<ReturnType<typeof startSlack>>;
beforeAll(async () => {
  slack = await startSlack();
  project = await openExample("slack");
}, 120_000);
afterAll(() => slack?.stop());

it("examples/slack posts a message with a link for a question, once, by the bus alone", async () => {
  const variables = {
    AWS_ENDPOINT_URL: aws,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "callboard",
    AWS_SECRET_ACCESS_KEY: "callboard",
    SLACK_WEBHOOK_URL: slack.url,
  };
  const env = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const notifier = await keepRunning(project, `env ${env.join(" ")} node local.js`, "listening");
  try {
    const candidates = [
      { id: "a", title: "<!channel> & <script>" },
      ...Array.from({ length: 19 }, (_, n) => ({ id: `b${n}`, title: "長い題名".repeat(70) })),
    ];
    const order = await startOrder("slack", { verbs: ["pick", "reject"], candidates });
    await eventually(() => slack.messages.length > 0);
    const [message] = slack.messages;
    const [block] = message!.blocks;
    expect(message!.text).toMatch(/^A question waits/);
    expect(block!.text.text).toContain("&lt;!channel&gt; &amp; &lt;script&gt;");
    expect(block!.text.text).toMatch(new RegExp(`<${pages}/creator\\.html#/q/req_\\w+\\|Answer it>`));
    expect(notifier.output()).toContain("Slack answered 429; the message comes again");
    expect(slack.messages).toHaveLength(1);
    void order;
  } finally {
    await notifier.stop();
  }
}, 90_000);
