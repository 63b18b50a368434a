import { BadEvent, cutBytes, type FeedbackRequested, jsonBytes } from "@callboard/protocol";

/** The most bytes of a question without its candidates: together with a reply it must fit one item. */
const MAX_QUESTION_BYTES = 8 * 1024;

/** A prompt that is cut keeps at least this many bytes: a shorter one would ask nothing. */
const MIN_PROMPT_BYTES = 200;

/**
 * A question within its limit of bytes. If it is larger, the subject's title and the labels are left out and the prompt
 * is cut. If that is not enough, for example because of its schema, throws `BadEvent`.
 */
export function fitQuestion(asked: FeedbackRequested): FeedbackRequested {
  if (bytesOf(asked) <= MAX_QUESTION_BYTES) return asked;
  const { title: _, labels: __, ...bare } = asked;
  const prompt = jsonBytes(asked.prompt);
  const room = MAX_QUESTION_BYTES - bytesOf(bare) + prompt;
  if (room < Math.min(prompt, MIN_PROMPT_BYTES))
    throw new BadEvent(`detail: over ${MAX_QUESTION_BYTES} bytes without candidates`);
  return { ...bare, prompt: cutBytes(asked.prompt, room) };
}

function bytesOf(asked: FeedbackRequested): number {
  const { candidates: _, taskToken: __, ...question } = asked;
  return jsonBytes(question);
}
