/** A part of a text: a link, or anything else. */
export interface TextPart {
  readonly text: string;
  readonly isLink: boolean;
}

const address = /https?:\/\/[^\s<>"]+/g;
/**
 * Punctuation at the end of a sentence does not belong to an address; nor does a bracket that was opened
 * before it.
 */
const trailing = /[.,;:!?'’”」）)\]]+$/;

/** Splits a text into its links and the parts between them; all parts together are the text. */
export function linkedParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(address)) {
    const link = found.replace(trailing, "");
    if (!URL.canParse(link)) continue;
    if (index > end) parts.push({ text: text.slice(end, index), isLink: false });
    parts.push({ text: link, isLink: true });
    end = index + link.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), isLink: false });
  return parts;
}
