import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { openFunctionFolder, systemClock } from "@callboard/aws-local";
import { askedPattern, type Hook, PluginName } from "@callboard/protocol";
import { environmentOfFunctions } from "../own-functions.ts";
import {
  type OwnPlugin,
  PluginFolderError,
  pluginFiles,
  readPlugin,
  withoutFunction,
} from "./plugin-folder.ts";
import type { Tried } from "./trial.ts";

/** The environment of a plugin's function, for a given EventBridge endpoint. */
export type EnvironmentFor = (eventsUrl: string) => Readonly<Record<string, string>>;

/** A folder's plugin, ready to be tried; each trial loads its function again. */
export const triedPlugin = (
  folder: string,
  { registered, pattern, functionName }: OwnPlugin,
  environmentFor: EnvironmentFor,
): Tried => ({
  registered,
  pattern,
  open(eventsUrl) {
    const functions = openFunctionFolder({
      folder,
      clock: systemClock,
      environment: () => environmentFor(eventsUrl),
    });
    const found = functions.find(functionName);
    if (!found) throw withoutFunction(functionName);
    return { handler: found.handler, close: () => functions.close() };
  },
});

/** The same plugin at another hook, with the rule that it would have there. */
export const atHook = (tried: Tried, hook: Hook): Tried => {
  const registered = { ...tried.registered, hook };
  return { ...tried, registered, pattern: askedPattern(registered) };
};

/**
 * The plugin at a path: its folder, or the file of a function, which has the plugin's name and no hook.
 * Throws `PluginFolderError` for anything else.
 */
export async function findPlugin(
  path: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly tried: Tried; readonly hasHook: boolean }> {
  const full = resolve(path);
  const stats = await stat(full).catch(() => undefined);
  if (!stats) throw new PluginFolderError("there is no such folder or file");
  const folder = dirname(full);
  const name = basename(full).replace(/\.[cm]?js$/, "");
  const environmentFor = (eventsUrl: string) => environmentOfFunctions(env, eventsUrl);
  if (stats.isDirectory()) {
    const plugin = await readPlugin(folder, name);
    if (!plugin) throw new PluginFolderError(`not a plugin: ${join(name, pluginFiles.row)} is missing`);
    return { tried: triedPlugin(folder, plugin, environmentFor), hasHook: true };
  }
  if (name === basename(full) || !PluginName.safeParse(name).success)
    throw new PluginFolderError(
      "not a function: it must be a file such as length.mjs, with the plugin's name; compile TypeScript to it first",
    );
  const registered = { hook: "preValidate", name, order: 0, required: true, timeoutSeconds: 60 } as const;
  const plugin = { registered, pattern: askedPattern(registered), functionName: name };
  return { tried: triedPlugin(folder, plugin, environmentFor), hasHook: false };
}
