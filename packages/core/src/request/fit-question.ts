import { BadEvent, cutBytes, type FeedbackRequested, jsonBytes } from "@callboard/protocol";

/** A question without its candidates: with a reply it still has to fit one item. */
const questionBytes = 8 * 1024;

/** What has to be left of a prompt, in bytes: less of it asks nothing. */
const promptBytes = 200;

/**
 * A question in the bytes that it may have. Where it is larger, the subject's title and the labels are left out and the
 * prompt is cut; what is too large even so, by its schema say, throws `BadEvent`.
 */
export function fitQuestion(asked: FeedbackRequested): FeedbackRequested {
  if (bytesOf(asked) <= questionBytes) return asked;
  const { title: _, labels: __, ...bare } = asked;
  const prompt = jsonBytes(asked.prompt);
  const room = questionBytes - bytesOf(bare) + prompt;
  if (room < Math.min(prompt, promptBytes))
    throw new BadEvent(`detail: over ${questionBytes} bytes without candidates`);
  return { ...bare, prompt: cutBytes(asked.prompt, room) };
}

function bytesOf(asked: FeedbackRequested): number {
  const { candidates: _, taskToken: __, ...question } = asked;
  return jsonBytes(question);
}
