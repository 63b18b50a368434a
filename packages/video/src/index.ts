export { definition, type Substitutions, samplePath } from "./definition.ts";
export { createVideoStore, type Started } from "./start.ts";
export type { OfferedFile } from "./upload.ts";
