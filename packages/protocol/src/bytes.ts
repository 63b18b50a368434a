/** The size of a text in UTF-8, in bytes. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) bytes++;
    // Each half of a surrogate pair counts two of the four bytes.
    if (unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff)) bytes++;
  }
  return bytes;
}

/** The size of a value as JSON, in bytes. */
export const jsonBytes = (value: unknown): number => byteLength(JSON.stringify(value) ?? "");
