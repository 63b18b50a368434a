import { readFileSync } from "node:fs";

/** The bytes of a file of the sample talk, for tests. */
export function sample(name: "talk.mp4" | "talk.vtt"): Buffer {
  return readFileSync(new URL(`../../sample/${name}`, import.meta.url));
}
