import { describePicture } from "./picture.ts";
import { type Proposal, readPicturePrompt, readTitlesPrompt, type TitlesPrompt } from "./prompt.ts";

/** The answer of a text model to a prompt of the workflow: a picture's description, or titles as JSON. */
export function answerPrompt(prompt: string, propose: (prompt: TitlesPrompt) => Proposal[]): string {
  const title = readPicturePrompt(prompt);
  if (title !== undefined) return describePicture(title);
  // In a code fence, as chat models often answer even when asked for JSON only.
  return `\`\`\`json\n${JSON.stringify({ candidates: propose(readTitlesPrompt(prompt)) }, null, 2)}\n\`\`\``;
}

/** A message of the Messages and Chat Completions APIs: a text, or parts of which some are text. */
interface Message {
  readonly role: string;
  readonly content: string | readonly { readonly type: string; readonly text?: string }[];
}

/** The last message of the user; undefined if `messages` has none. */
export function promptOf(messages: unknown): string | undefined {
  if (!Array.isArray(messages)) return undefined;
  const last = (messages as Message[]).findLast((message) => message?.role === "user")?.content;
  if (typeof last === "string") return last;
  return Array.isArray(last) ? last.map((part) => part?.text ?? "").join("\n") : undefined;
}

/** The approximate number of tokens in a text: one for four characters. */
export function tokensIn(text: string): number {
  return Math.ceil(text.length / 4);
}
