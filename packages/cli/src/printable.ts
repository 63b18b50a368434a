/** Control characters, and those that change the direction or the line of a text: a terminal must not obey them. */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Somebody's words as a terminal can show them, in one line. */
export const printable = (text: string): string =>
  text.replace(unsafe, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Words in quotation marks, as JSON has them. */
export const quoted = (text: string): string => printable(JSON.stringify(text));
