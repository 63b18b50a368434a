import { fileURLToPath } from "node:url";

/**
 * The path of a file of the sample talk. Like the definition it lies beside the folder of the code, in the sources and in
 * a bundle alike.
 */
export const samplePath = (name: "talk.mp4" | "talk.vtt"): string =>
  fileURLToPath(new URL(`../sample/${name}`, import.meta.url));
