import { readFileSync } from "node:fs";
import { samplePath } from "../../definition.ts";

/** The bytes of a file of the sample talk, for tests. */
export const sample = (name: Parameters<typeof samplePath>[0]): Buffer => readFileSync(samplePath(name));
