// The code that the command line needs to try plugins, without the rest of a start.
export { takenNames } from "../own-functions.ts";
export { PluginFolderError, pluginFiles } from "./plugin-folder.ts";
export { type PutByPlugin, recordingProblem, type Trial, tryPlugin } from "./trial.ts";
export { atHook, findPlugin } from "./tried.ts";
