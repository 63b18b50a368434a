import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { InvalidPattern, matchesPattern } from "@callboard/aws-local";
import { pluginRow, rowPrefix } from "@callboard/functions/deployment";
import { type Hook, hooks, limits, PluginName } from "@callboard/protocol";
import type { RegisteredPlugin } from "@callboard/video/plugins";

/** A plugin of somebody's own: what its folder says of it, and what its function is called. */
export interface OwnPlugin {
  readonly registered: RegisteredPlugin;
  /** The pattern of the rule that leads to its function. */
  readonly pattern: object;
  readonly functionName: string;
}

/** What is deployed beside the function of a plugin, as the AWS CLI takes it. */
export const pluginFiles = { row: "registry-row.json", rule: "rule.json" } as const;

/** A folder that is no plugin; the message names the file and the field. */
export class PluginFolderError extends Error {
  override readonly name = "PluginFolderError";
}

/** A plugin's folder without its function. */
export const withoutFunction = (name: string): PluginFolderError =>
  new PluginFolderError(
    `${name}: has no function: index.mjs, which exports handler; TypeScript is compiled to it first`,
  );

/**
 * The plugins among the functions of a folder, by the names of their folders; what has no row there is none. Throws
 * `PluginFolderError`, also where two are one plugin of one hook.
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
      throw new PluginFolderError(`${functionName}: ${turn} is the plugin in ${other} already`);
    turns.set(turn, functionName);
  }
  return plugins;
}

/** The plugin in `<folder>/<name>`; undefined where nothing says that it is one. Throws `PluginFolderError`. */
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
    throw new PluginFolderError(`${name}: a plugin's folder is called by 1 to 44 letters, digits, _ or -`);
  const rule = `${name}/${pluginFiles.rule}`;
  const pattern = await read(pluginFiles.rule);
  if (!pattern) throw new PluginFolderError(`${rule}: is missing`);
  checkPattern(pattern, rule);
  return { registered: readRow(row, `${name}/${pluginFiles.row}`), pattern, functionName: name };
}

/** The row of a plugin as DynamoDB takes it. */
export const rowItem = (plugin: RegisteredPlugin) =>
  Object.fromEntries(Object.entries(pluginRow(plugin)).map(([name, text]) => [name, { S: text }]));

/** What functions of a folder are called; a rule's name has room for it. */
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
  throw new PluginFolderError(`${where}: an object is expected`);
}

function readRow(row: Fields, where: string): RegisteredPlugin {
  const refuse = (field: string, rule: string): never => {
    throw new PluginFolderError(`${where}: ${field}: ${rule}`);
  };
  const text = (name: string): string => {
    const { S } = (row[name] ?? {}) as { S?: unknown };
    return typeof S === "string" ? S : refuse(name, 'is to be text, as {"S": "…"}');
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
  if (told.name !== name) refuse("sk", `ends with another name than plugin.name, ${told.name}`);
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
