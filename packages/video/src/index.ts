export { type Captions, type Cue, parseCaptions } from "./captions/captions.ts";
export { definition, definitionUrl, type Substitutions } from "./definition.ts";
export { type FaultName, FileFault, faultNames } from "./faults.ts";
export { keys } from "./files/files.ts";
export {
  createVideoStore,
  type PreparedUpload,
  type Started,
  type StartRequest,
  type VideoStore,
  type VideoStoreSettings,
} from "./start.ts";
export { createTaskFunctions, type TaskFunctions, type TaskSettings } from "./tasks/task-functions.ts";
export type { OfferedFile } from "./upload.ts";
