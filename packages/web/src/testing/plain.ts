import { sentenceParts } from "../model/words.ts";

/** A sentence without the marks that isolate people's text. */
export const plain = (sentence: string): string =>
  sentenceParts(sentence)
    .map(({ text }) => text)
    .join("");
