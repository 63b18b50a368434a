import { AwsError } from "@callboard/aws-local";
import { answerPrompt, promptOf, tokensIn } from "./answer.ts";
import { drawPicture } from "./picture.ts";
import { proposeSentences } from "./propose.ts";

/** Characters that Bedrock's image models take as a picture's description. */
const LONGEST_DESCRIPTION = 1024;

/** What people read as the source of its titles. */
export const bedrockLabel = "TextRank (stand-in)";

/**
 * Stands in for Bedrock's InvokeModel: takes the body of Anthropic's Messages API and answers in its shape, or an image
 * model's `TEXT_IMAGE` and answers `{images: [<base64 PNG>]}`. Any other body is a `ValidationException`.
 */
export async function bedrockStandIn(modelId: string, body: unknown): Promise<object> {
  const { taskType, textToImageParams, messages } = (body ?? {}) as Record<string, unknown>;
  if (taskType === "TEXT_IMAGE") {
    const text = (textToImageParams as { text?: unknown } | undefined)?.text;
    if (typeof text !== "string" || text === "" || text.length > LONGEST_DESCRIPTION)
      throw new AwsError("ValidationException", `text must have 1 to ${LONGEST_DESCRIPTION} characters`);
    return { images: [drawPicture(text).toString("base64")], error: null };
  }
  const prompt = promptOf(messages);
  if (prompt === undefined)
    throw new AwsError("ValidationException", "the body holds no message of the user");
  const text = answerPrompt(prompt, proposeSentences);
  return {
    id: "msg_standin",
    type: "message",
    role: "assistant",
    model: modelId,
    content: [{ type: "text", text }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: tokensIn(prompt), output_tokens: tokensIn(text) },
  };
}
