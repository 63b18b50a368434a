import { AwsError } from "@callboard/aws-local";
import { answerPrompt, tokensIn } from "./answer.ts";
import { drawPicture } from "./picture.ts";
import { proposeSentences } from "./propose.ts";

/** The longest description that Stability's models accept, in characters. */
const MAX_DESCRIPTION_LENGTH = 10_000;

/** The source of its titles, as people read it. */
export const bedrockLabel = "TextRank (stand-in)";

/** Converse's request, with field names as in Step Functions. */
interface Conversation {
  readonly Messages?: readonly {
    readonly Role?: unknown;
    readonly Content?: readonly { Text?: unknown }[];
  }[];
}

/**
 * A stand-in for Bedrock's Converse, as Step Functions calls it: answers the last message of the user. A request
 * without one is a `ValidationException`.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export async function converseStandIn(request: Conversation): Promise<object> {
  const last = request.Messages?.findLast(({ Role }) => Role === "user")?.Content ?? [];
  const prompt = last.map(({ Text }) => (typeof Text === "string" ? Text : "")).join("\n");
  if (prompt === "") throw new AwsError("ValidationException", "there is no user message");
  const text = answerPrompt(prompt, proposeSentences);
  const [asked, said] = [tokensIn(prompt), tokensIn(text)];
  return {
    Output: { Message: { Role: "assistant", Content: [{ Text: text }] } },
    StopReason: "end_turn",
    Usage: { InputTokens: asked, OutputTokens: said, TotalTokens: asked + said },
    Metrics: { LatencyMs: 0 },
  };
}

/**
 * A stand-in for InvokeModel of an image model of Stability's: draws for a `prompt` and returns the same shape,
 * `{images: [<base64>]}`. It returns SVG where theirs return PNG, because letters of every script need a browser's
 * fonts. Any other body is a `ValidationException`.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-diffusion-stable-image-core-text-image-request-response.html
 */
export async function drawStandIn(body: unknown): Promise<object> {
  const { prompt, output_format: format = "png" } = (body ?? {}) as Record<string, unknown>;
  if (typeof prompt !== "string" || prompt === "" || prompt.length > MAX_DESCRIPTION_LENGTH)
    throw new AwsError("ValidationException", `prompt must have 1 to ${MAX_DESCRIPTION_LENGTH} characters`);
  if (format !== "png")
    throw new AwsError("ValidationException", "the stand-in only accepts requests for PNG");
  return {
    seeds: [0],
    finish_reasons: [null],
    images: [Buffer.from(drawPicture(prompt)).toString("base64")],
  };
}
