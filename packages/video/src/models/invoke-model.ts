import { NotServed } from "@callboard/aws-local";
import { promptOf, tokensIn } from "./answer.ts";
import { drawStandIn } from "./bedrock.ts";
import { drawPicture } from "./picture.ts";
import { proposeSentences } from "./propose.ts";

/** What InvokeModel sends to a model, and receives from it. */
interface Request {
  readonly modelId: string;
  readonly body: unknown;
  readonly accept: string;
}
interface Answer {
  readonly body: unknown;
  readonly contentType: string;
}

const JSON_TYPE = "application/json";
/** Finds the transcript in a prompt: the paragraph after that word. */
const TRANSCRIPT = /\btranscript:\s*([\s\S]*?)(?:\n\s*\n|$)/i;

/**
 * A stand-in for InvokeModel of common models: Anthropic's, by text completions and by messages, which propose a title
 * and a description of the given text, and Stability's, which draw. It refuses bodies of any other model family.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
 */
export async function invokeStandIn({ modelId, body, accept }: Request): Promise<Answer> {
  const { prompt, messages, text_prompts: texts } = (body ?? {}) as Record<string, unknown>;
  if (Array.isArray(texts)) return drawn(texts, accept);
  if (Array.isArray(messages)) return json(message(modelId, promptOf(messages) ?? ""));
  if (typeof prompt === "string" && /\bclaude\b/.test(modelId)) return json(completion(prompt));
  if (typeof prompt === "string") return json(await drawStandIn(body));
  throw new NotServed(
    `there is no stand-in for the model ${modelId} with this request. Put bedrock-invokeModel.mjs, which exports a handler, ` +
      "into the folder that CALLBOARD_FUNCTIONS names.",
  );
}

const json = (body: object): Answer => ({ body, contentType: JSON_TYPE });

/** Stability's first models: a list of texts in, and the picture's bytes if the request accepts them. */
function drawn(texts: readonly unknown[], accept: string): Answer {
  const description = texts.map((one) => String((one as { text?: unknown } | null)?.text ?? "")).join(" ");
  const picture = Buffer.from(drawPicture(description));
  if (accept.startsWith("image/")) return { body: picture, contentType: "image/svg+xml" };
  const artifact = { seed: 0, base64: picture.toString("base64"), finishReason: "SUCCESS" };
  return json({ result: "success", artifacts: [artifact] });
}

const completion = (prompt: string) => ({
  completion: ` ${titleFor(prompt)}`,
  stop_reason: "stop_sequence",
  stop: "\n\nHuman:",
});

function message(model: string, prompt: string) {
  const text = titleFor(prompt);
  return {
    id: "msg_standin",
    type: "message",
    role: "assistant",
    model,
    content: [{ type: "text", text }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: tokensIn(prompt), output_tokens: tokensIn(text) },
  };
}

function titleFor(prompt: string): string {
  const transcript = TRANSCRIPT.exec(prompt)?.[1]?.trim() || prompt;
  return JSON.stringify(proposeSentences({ transcript, hint: "", earlier: [] })[0]);
}
