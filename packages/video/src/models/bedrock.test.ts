import { expect, it } from "vitest";
import { converseStandIn, drawStandIn } from "./bedrock.ts";

const ask = async (Text: string) => {
  const answer = await converseStandIn({ Messages: [{ Role: "user", Content: [{ Text }] }] });
  return answer as { Output: { Message: { Role: string; Content: { Text: string }[] } }; StopReason: string };
};

it("answers a request for titles in the shape of Converse", async () => {
  const talk = "The workflow waits for an answer. A person gives the answer. The workflow goes on.";
  const answer = await ask(`<transcript>\n${talk}\n</transcript>`);
  expect(answer).toMatchObject({ Output: { Message: { Role: "assistant" } }, StopReason: "end_turn" });
  const json = /\{[\s\S]*\}/.exec(answer.Output.Message.Content[0]!.Text)![0];
  expect(JSON.parse(json).candidates[0]).toEqual({
    title: expect.any(String),
    description: expect.any(String),
  });
});

it("describes a picture for a title, and draws the same from the description each time", async () => {
  const described = await ask("Describe.\n<title>The Task Token</title>");
  const prompt = described.Output.Message.Content[0]!.Text;
  expect(prompt).toContain("letter T");
  const body = { prompt, aspect_ratio: "1:1", output_format: "png" };
  const first = (await drawStandIn(body)) as { images: string[] };
  expect(await drawStandIn(body)).toEqual(first);
  const svg = Buffer.from(first.images[0]!, "base64").toString("utf8");
  expect(svg).toMatch(/^<svg .*The Task Token.*<\/svg>$/s);
  expect(await drawStandIn({ ...body, prompt: "the letter Ж in rings" })).not.toEqual(first);
});

const refused = { name: "ValidationException", status: 400 };

it("refuses a conversation without a message of the user, as Bedrock does", async () => {
  await expect(converseStandIn({})).rejects.toMatchObject(refused);
  const silent = { Messages: [{ Role: "user", Content: [{}] }] };
  await expect(converseStandIn(silent)).rejects.toMatchObject(refused);
});

it.each([
  ["nothing", undefined],
  ["a body of another family of models", { taskType: "TEXT_IMAGE", textToImageParams: { text: "a tree" } }],
  ["a description that is too long", { prompt: "x".repeat(10_001) }],
])("refuses to draw for %s as Bedrock does", async (_, body) => {
  await expect(drawStandIn(body)).rejects.toMatchObject(refused);
});
