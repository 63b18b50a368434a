import { readFileSync } from "node:fs";
import { samplePath } from "../definition.ts";

/** The bytes of a file of the sample talk, for tests. */
export const sample = (name: "talk.mp4" | "talk.vtt" | "talk.ja.vtt"): Buffer =>
  readFileSync(samplePath(name));
