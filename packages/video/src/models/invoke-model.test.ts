import { expect, it } from "vitest";
import { invokeStandIn } from "./invoke-model.ts";

const talk = "The workflow waits for an answer. A person gives the answer. The workflow goes on.";
const prompt = `Human: You will create a title.\nTranscript:\n${talk}  \n\n Do not add a word. Assistant:`;
const ask = (modelId: string, body: unknown, accept = "application/json") =>
  invokeStandIn({ modelId, body, accept });
const proposal = { title: expect.any(String), description: expect.any(String) };

it("answers a text completion of Anthropic's with a title of the transcript, not of the instructions", async () => {
  const { body } = await ask("arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2", { prompt });
  const { completion } = body as { completion: string };
  expect(JSON.parse(completion)).toEqual(proposal);
  expect(completion).not.toMatch(/create|human|add a word/i);
});

it("answers messages of Anthropic's in their shape", async () => {
  const { body } = await ask("anthropic.claude-3-haiku-20240307-v1:0", {
    messages: [{ role: "user", content: [{ type: "text", text: prompt }] }],
  });
  const { content, ...more } = body as { content: { type: string; text: string }[] };
  expect(more).toMatchObject({ role: "assistant", stop_reason: "end_turn" });
  expect(JSON.parse(content[0]!.text)).toEqual(proposal);
});

it("draws for Stability's first models, in JSON or as the picture itself", async () => {
  const model = "stability.stable-diffusion-xl-v0";
  const body = { text_prompts: [{ text: "An avatar of the title: The Answer" }] };
  const { artifacts } = (await ask(model, body)).body as { artifacts: { base64: string }[] };
  const picture = await ask(model, body, "image/png");
  expect(picture.contentType).toBe("image/svg+xml");
  expect(Buffer.from(artifacts[0]!.base64, "base64")).toEqual(picture.body);
});

it("draws for Stability's later models", async () => {
  expect((await ask("stand-in.picture", { prompt: "a tree" })).body).toMatchObject({
    finish_reasons: [null],
  });
});

it("does not answer for a family of models that it does not know", async () => {
  await expect(ask("amazon.titan-text-lite-v1", { inputText: "Hello" })).rejects.toMatchObject({
    name: "NotServed",
    message: expect.stringMatching(/amazon\.titan-text-lite-v1.*bedrock-invokeModel\.mjs/),
  });
});
