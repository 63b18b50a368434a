import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { InvalidPattern, matchesPattern } from "@callboard/aws-local";
import { pluginRow, rowPrefix } from "@callboard/functions/deployment";
import { type Hook, hooks, limits, PluginName } from "@callboard/protocol";
import type { RegisteredPlugin } from "@callboard/video/plugins";

/** A user's own plugin: the data in its folder, and the name of its function. */
export interface OwnPlugin {
  readonly registered: RegisteredPlugin;
  /** The event pattern of its function's rule. */
  readonly pattern: object;
  readonly functionName: string;
}

/** The files that are deployed with a plugin's function, in the format of the AWS CLI. */
export const pluginFiles = { row: "registry-row.json", rule: "rule.json" } as const;

/** A folder that is not a plugin; the message names the file and the field. */
export class PluginFolderError extends Error {
  override readonly name = "PluginFolderError";
}

/** The error for a plugin's folder without a function. */
export const withoutFunction = (name: string): PluginFolderError =>
  new PluginFolderError(
    `${name}: has no function: index.mjs, which exports handler; compile TypeScript to it first`,
  );

/**
 * The plugins among the functions of a folder, by the names of their folders; a folder without a row is no
 * plugin. Throws `PluginFolderError`, also for two plugins with the same name and hook.
 */
export async function readPlugins(folder: string): Promise<OwnPlugin[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isFile()).map(({ name }) => name);
  const found = await Promise.all(names.sort().map((name) => readPlugin(folder, name)));
  const plugins = found.filter((plugin) => plugin !== undefined);
  const turns = new Map<string, string>();
  for (const { registered, functionName } of plugins) {
    const turn = `${registered.hook}.${registered.name}`;
    const other = turns.get(turn);
    if (other !== undefined)
      throw new PluginFolderError(`${functionName}: ${turn} is already the plugin in ${other}`);
    turns.set(turn, functionName);
  }
  return plugins;
}

/** The plugin in `<folder>/<name>`; undefined when nothing marks it as one. Throws `PluginFolderError`. */
export async function readPlugin(folder: string, name: string): Promise<OwnPlugin | undefined> {
  const read = async (file: string) => {
    const text = await readFile(join(folder, name, file), "utf8").catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT" || cause.code === "ENOTDIR") return undefined;
      throw new PluginFolderError(`${name}/${file}: cannot be read: ${cause.code}`);
    });
    return text === undefined ? undefined : objectIn(text, `${name}/${file}`);
  };
  const row = await read(pluginFiles.row);
  if (!row) return undefined;
  if (!FUNCTION_NAME.test(name))
    throw new PluginFolderError(
      `${name}: the name of a plugin's folder must have 1 to 44 letters, digits, _ or -`,
    );
  const rule = `${name}/${pluginFiles.rule}`;
  const pattern = await read(pluginFiles.rule);
  if (!pattern) throw new PluginFolderError(`${rule}: is missing`);
  checkPattern(pattern, rule);
  return { registered: readRow(row, `${name}/${pluginFiles.row}`), pattern, functionName: name };
}

/** The row of a plugin in DynamoDB's format. */
export const rowItem = (plugin: RegisteredPlugin) =>
  Object.fromEntries(Object.entries(pluginRow(plugin)).map(([name, text]) => [name, { S: text }]));

/** The names of functions in a folder; short enough for a rule's name. */
const FUNCTION_NAME = /^[\w-]{1,44}$/;

function checkPattern(pattern: object, where: string): void {
  try {
    matchesPattern(pattern, {});
  } catch (cause) {
    if (!(cause instanceof InvalidPattern)) throw cause;
    throw new PluginFolderError(`${where}: ${cause.message}`);
  }
}

type Fields = Readonly<Record<string, unknown>>;

function objectIn(text: string, where: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new PluginFolderError(`${where}: not JSON: ${(cause as Error).message}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new PluginFolderError(`${where}: must be an object`);
}

function readRow(row: Fields, where: string): RegisteredPlugin {
  const refuse = (field: string, rule: string): never => {
    throw new PluginFolderError(`${where}: ${field}: ${rule}`);
  };
  const text = (name: string): string => {
    const { S } = (row[name] ?? {}) as { S?: unknown };
    return typeof S === "string" ? S : refuse(name, 'must be text, as {"S": "…"}');
  };
  const hook = hooks.find((one) => text("pk") === `${rowPrefix.hook}${one}`);
  if (!hook) return refuse("pk", `${rowPrefix.hook} and a hook: ${hooks.join(", ")}`);
  const [, digits, name] = /^(\d{4})#(.+)$/s.exec(text("sk")) ?? refuse("sk", "four digits, # and the name");
  const told = objectIn(text("plugin"), `${where}: plugin`);
  const seconds = (field: string, least: number): number => {
    const value = told[field];
    const isOne =
      Number.isInteger(value) && (value as number) >= least && (value as number) <= limits.timeoutSeconds;
    return isOne
      ? (value as number)
      : refuse(`plugin.${field}`, `whole seconds from ${least} to ${limits.timeoutSeconds}`);
  };
  if (!PluginName.safeParse(told.name).success)
    refuse("plugin.name", "1 to 44 letters, digits or . _ @ : | + = -");
  if (told.name !== name) refuse("sk", `ends with a name that differs from plugin.name, ${told.name}`);
  if (typeof told.required !== "boolean") refuse("plugin.required", "true or false");
  const { source } = told;
  if (source !== undefined && (typeof source !== "string" || source === "" || source.length > 256))
    refuse("plugin.source", "1 to 256 characters");
  return {
    hook: hook as Hook,
    name: name!,
    order: Number(digits),
    required: told.required === true,
    timeoutSeconds: seconds("timeoutSeconds", 2),
    ...(told.heartbeatSeconds === undefined ? {} : { heartbeatSeconds: seconds("heartbeatSeconds", 180) }),
    ...(source === undefined ? {} : { source: source as string }),
  };
}
