export { definition, type Substitutions, samplePath } from "./definition.ts";
export { createVideoStore, type Started } from "./start.ts";
export { createTaskFunctions, type TaskFunctions } from "./tasks/task-functions.ts";
export type { OfferedFile } from "./upload.ts";
