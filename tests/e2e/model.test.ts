import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "@callboard/client";
import { type LocalCallboard, readSettings, startCallboard } from "@callboard/dev";
import type { Subject } from "@callboard/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import { buildPages } from "../../scripts/bundle.ts";
import { devToken } from "./dev-token.ts";
import { until } from "./people.ts";

/** The requests to the model outside AWS. */
const asked: {
  path: string;
  authorization: string | undefined;
  body: { model: string; messages: unknown[] };
}[] = [];

/** Answers as an OpenAI-compatible API does, with words around the JSON as models often do. */
const server = createServer((request, response) => {
  read(request).then((text) => {
    asked.push({
      path: request.url ?? "",
      authorization: request.headers.authorization,
      body: JSON.parse(text),
    });
    const titles = ["One from outside", "Two from outside", "Three from outside"];
    const candidates = titles.map((title) => ({ title, description: `${title}, described.` }));
    const content = `Here you are:\n\`\`\`json\n${JSON.stringify({ candidates })}\n\`\`\``;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ choices: [{ index: 0, message: { role: "assistant", content } }] }));
  });
});

let callboard: LocalCallboard;
let data: string;

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  data = await mkdtemp(join(tmpdir(), "callboard-model-"));
  const { port } = server.address() as AddressInfo;
  const settings = readSettings({
    CALLBOARD_DATA: data,
    CALLBOARD_MODEL_URL: `http://127.0.0.1:${port}/v1`,
    CALLBOARD_MODEL_NAME: "outside-1",
    CALLBOARD_MODEL_KEY: "sk-not-to-be-seen",
  });
  callboard = await startCallboard(
    { ...settings, port: 0, socketPort: 0, awsPort: 0 },
    { pages: await buildPages(), say: () => {} },
  );
});

afterAll(async () => {
  await callboard?.close();
  server.close();
  await rm(data, { recursive: true, force: true });
});

it("asks the model outside AWS in place of the second stand-in, with its key, and shows the source of its titles", async () => {
  const { pages, socket, http } = callboard.addresses;
  const token = await devToken(pages, "ana", "creator");
  const started = await fetch(`${http}/videos/sample`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: "{}",
  });
  const { subject } = (await started.json()) as { subject: Subject };
  const client = connect({ url: socket, token: () => token, WebSocket });
  const view = client.channel(`work:${subject}`);
  await until(view, ({ items }) => [...items.keys()].some((key) => key.startsWith("request/")));
  const candidates = [...view.items.values()]
    .filter(({ key }) => key.startsWith("candidate/title/1/"))
    .map(({ value }) => value as { title: string; source: string });
  client.close();
  expect(candidates.filter(({ source }) => source === "outside-1").map(({ title }) => title)).toEqual([
    "One from outside",
    "Two from outside",
    "Three from outside",
  ]);
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({
    path: "/v1/chat/completions",
    authorization: "Bearer sk-not-to-be-seen",
    body: { model: "outside-1" },
  });
  expect(JSON.stringify([...view.items.values()])).not.toContain("sk-not-to-be-seen");
});

async function read(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
