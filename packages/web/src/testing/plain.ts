import { sentenceParts } from "../model/words.ts";

/** A sentence as it reads: without the marks around what people said. */
export const plain = (sentence: string): string =>
  sentenceParts(sentence)
    .map(({ text }) => text)
    .join("");
