import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { NoticedQuestion } from "@callboard/core";
import { guardedFetch, webhookDoor } from "@callboard/functions";
import { ReplyBody, WebhookBody } from "@callboard/protocol";
import { signWebhook, webhookSecret } from "@callboard/tokens";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const document = readFileSync(new URL("../docs/webhook.md", import.meta.url), "utf8");

/** The one block of a language in docs/webhook.md. */
function block(language: string): string {
  const blocks = [...document.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"))];
  expect(blocks).toHaveLength(1);
  return blocks[0]![1]!;
}

const shown = WebhookBody.parse(JSON.parse(block("json")));
const [{ answer, link: _, ...question }] = shown.data.questions as [WebhookBody["data"]["questions"][0]];
const HERE = "127.0.0.1";
const secret = webhookSecret();
const bodies: { token: string; reply: unknown }[] = [];

/** A stand-in for Callboard's API that accepts every answer. */
const api = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  expect([request.method, request.url]).toEqual(["POST", "/answers"]);
  expect(request.headers["content-type"]).toBe("application/json");
  bodies.push(JSON.parse(body));
  response.end("{}");
});

let receiver: ReturnType<typeof startReceiver>;
let lines: Interface;
let url: string;
beforeAll(async () => {
  api.listen(0, HERE);
  receiver = startReceiver();
  lines = createInterface(receiver.stdout);
  const [line] = await once(lines, "line");
  url = `http://${HERE}:${/^listening on (\d+)$/.exec(line)![1]}/`;
});
afterAll(async () => {
  receiver.kill();
  if (receiver.exitCode === null && receiver.signalCode === null) await once(receiver, "exit");
  api.close();
});
beforeEach(() => {
  bodies.length = 0;
});

/** Runs the document's receiver, on a free port. */
function startReceiver() {
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-"], {
    cwd: root,
    env: { ...process.env, PORT: "0", WEBHOOK_SECRET: secret },
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(block("js"));
  return child;
}

function send(id: string) {
  const door = webhookDoor({
    fetch: guardedFetch({ allow: (address) => address === HERE }),
    pages: "https://pages.example/",
    apiUrl: `http://${HERE}:${(api.address() as AddressInfo).port}`,
    now: Date.now,
  });
  const { user, others } = shown.data;
  return door.send(
    { url, secrets: [secret] },
    {
      id,
      occasion: "asked",
      to: { user: user.id, name: user.name, lang: "en", zone: "Asia/Tokyo" },
      questions: [{ ...question, token: answer.token } as NoticedQuestion],
      others,
      unsubscribeToken: "unused",
    },
  );
}

it("has a receiver that reads notices, and handles a repeated one once", async () => {
  const answered = once(lines, "line");
  expect(await send("ntc_1")).toEqual({ outcome: "sent" });
  expect(await answered).toEqual(["answered with 200"]);
  expect(await send("ntc_1")).toEqual({ outcome: "sent" });
  const again = once(lines, "line");
  expect(await send("ntc_2")).toEqual({ outcome: "sent" });
  await again;
  expect(bodies).toHaveLength(2);
  const [{ token, reply }] = bodies as [(typeof bodies)[0]];
  expect(token).toBe(answer.token);
  expect(reply).toMatchObject({ round: question.round, digest: question.digest });
  expect(ReplyBody.parse(reply)).toMatchObject({ verb: "pick", candidateId: question.candidates[0]!.id });
});

it("has a receiver that refuses unsigned notices and those of other signers", async () => {
  const body = JSON.stringify(shown);
  const forged = signWebhook(webhookSecret(), { id: "ntc_3", at: Date.now(), body });
  const late = signWebhook(secret, { id: "ntc_3", at: Date.now() - 600_000, body });
  for (const headers of [forged, late, {}])
    expect((await fetch(url, { method: "POST", headers, body })).status).toBe(401);
  expect(bodies).toEqual([]);
});

it("shows a body as it is sent: only fields of its schema", () => {
  expect(shown).toEqual(JSON.parse(block("json")));
});
