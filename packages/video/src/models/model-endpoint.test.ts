import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { modelEndpoint } from "./model-endpoint.ts";

const server = createServer((request, response) => void modelEndpoint.handle(request, response));
let base = "";
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(() => void server.close());

const post = (path: string, body: string) => fetch(`${base}${path}`, { method: "POST", body });

it("answers chat completions with titles", async () => {
  const talk = "The task token wakes the workflow. The task token is a secret of the server.";
  const messages = [{ role: "user", content: `<transcript>\n${talk}\n</transcript>` }];
  const response = await post("/chat/completions", JSON.stringify({ model: "m", messages }));
  expect(response.status).toBe(200);
  const answer = (await response.json()) as { choices: { message: { content: string } }[] };
  expect(answer).toMatchObject({ object: "chat.completion", model: "m" });
  expect(answer.choices[0]!.message.content).toContain("Task Token");
});

it.each([
  ["another path", "/models", "{}", 404],
  ["a body that is not JSON", "/chat/completions", "{", 400],
  ["a body without messages", "/chat/completions", "null", 400],
  ["a request to stream", "/chat/completions", '{"stream":true}', 400],
  ["a body over 2 MB", "/chat/completions", " ".repeat(2_100_000), 413],
])("refuses %s", async (_, path, body, status) => {
  const response = await post(path, body);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ error: { type: "invalid_request_error" } });
});
