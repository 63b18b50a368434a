import { PNG } from "pngjs";
import { expect, it } from "vitest";
import { bedrockStandIn } from "./bedrock.ts";

const ask = (content: string) => ({ messages: [{ role: "user", content }] });

it("answers a request for titles in the shape of Anthropic's Messages API", async () => {
  const talk = "The workflow waits for an answer. A person gives the answer. The workflow goes on.";
  const answer = (await bedrockStandIn("m", ask(`<transcript>\n${talk}\n</transcript>`))) as {
    content: { type: string; text: string }[];
  };
  expect(answer).toMatchObject({ role: "assistant", model: "m", stop_reason: "end_turn" });
  const json = /\{[\s\S]*\}/.exec(answer.content[0]!.text)![0];
  expect(JSON.parse(json).candidates[0]).toEqual({
    title: expect.any(String),
    description: expect.any(String),
  });
});

it("describes a picture for a title, and draws from the description, each time the same", async () => {
  const described = (await bedrockStandIn("m", ask("Describe.\n<title>The Task Token</title>"))) as {
    content: { text: string }[];
  };
  const { text } = described.content[0]!;
  expect(text).toContain("letter T");
  const body = { taskType: "TEXT_IMAGE", textToImageParams: { text } };
  const first = (await bedrockStandIn("i", body)) as { images: string[] };
  expect(await bedrockStandIn("i", body)).toEqual(first);
  const png = PNG.sync.read(Buffer.from(first.images[0]!, "base64"));
  expect([png.width, png.height]).toEqual([512, 512]);
  const other = await bedrockStandIn("i", { ...body, textToImageParams: { text: "the letter Ж in rings" } });
  expect(other).not.toEqual(first);
});

it.each([
  ["nothing", undefined],
  ["a body of another API", { inputText: "hello" }],
  [
    "a description that is too long",
    { taskType: "TEXT_IMAGE", textToImageParams: { text: "x".repeat(1025) } },
  ],
])("refuses %s as Bedrock does", async (_, body) => {
  await expect(bedrockStandIn("m", body)).rejects.toMatchObject({ name: "ValidationException", status: 400 });
});
