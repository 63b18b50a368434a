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

/** The environment of a plugin's function, by where it finds EventBridge. */
export type EnvironmentFor = (eventsUrl: string) => Readonly<Record<string, string>>;

/** The plugin of a folder as it is tried; each trial loads its function anew. */
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
 * What is tried by a path: the folder of a plugin, or the file of a function, which is called as its plugin and says of no
 * hook. Throws `PluginFolderError` where it is neither.
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
    if (!plugin) throw new PluginFolderError(`no plugin: ${join(name, pluginFiles.row)} is missing`);
    return { tried: triedPlugin(folder, plugin, environmentFor), hasHook: true };
  }
  if (name === basename(full) || !PluginName.safeParse(name).success)
    throw new PluginFolderError(
      "no function: a file such as length.mjs, called as its plugin; TypeScript is compiled to it first",
    );
  const registered = { hook: "preValidate", name, order: 0, required: true, timeoutSeconds: 60 } as const;
  const plugin = { registered, pattern: askedPattern(registered), functionName: name };
  return { tried: triedPlugin(folder, plugin, environmentFor), hasHook: false };
}
