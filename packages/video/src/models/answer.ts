import { describePicture } from "./picture.ts";
import { type Proposal, readPicturePrompt, readTitlesPrompt, type TitlesPrompt } from "./prompt.ts";

/** What a text model says to a prompt of the workflow: a picture's description, or titles as JSON. */
export function answerPrompt(prompt: string, propose: (prompt: TitlesPrompt) => Proposal[]): string {
  const title = readPicturePrompt(prompt);
  if (title !== undefined) return describePicture(title);
  // Fenced, as chat models like to answer even when asked for JSON alone.
  return `\`\`\`json\n${JSON.stringify({ candidates: propose(readTitlesPrompt(prompt)) }, null, 2)}\n\`\`\``;
}

/** A message of the Messages and Chat Completions APIs: text, or parts of which some are text. */
interface Message {
  readonly role: string;
  readonly content: string | readonly { readonly type: string; readonly text?: string }[];
}

/** The last thing that the user said, or undefined when `messages` are none. */
export function promptOf(messages: unknown): string | undefined {
  if (!Array.isArray(messages)) return undefined;
  const last = (messages as Message[]).findLast((message) => message?.role === "user")?.content;
  if (typeof last === "string") return last;
  return Array.isArray(last) ? last.map((part) => part?.text ?? "").join("\n") : undefined;
}

/** About how many tokens a text is, as models count: four characters each. */
export function tokensIn(text: string): number {
  return Math.ceil(text.length / 4);
}
