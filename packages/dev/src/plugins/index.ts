// What the command line needs to try plugins, without all else that a start loads.
export { takenNames } from "../own-functions.ts";
export { PluginFolderError, pluginFiles } from "./plugin-folder.ts";
export { type PutByPlugin, recordingProblem, type Trial, tryPlugin } from "./trial.ts";
export { atHook, findPlugin } from "./tried.ts";
