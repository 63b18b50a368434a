import type { Hook } from "@callboard/protocol";
import { TTL } from "../table/definition.ts";
import { pluginKey, rowPrefix } from "../table/keys.ts";

/** What a life cycle's state machine needs to know about the table. */
export const lifecycleTable = {
  HookPrefix: rowPrefix.hook,
  LifecyclePrefix: rowPrefix.lifecycle,
  Ttl: TTL,
} as const;

/** What the registry's rows are made from, and other facts about a plugin for the life cycle. */
interface Registered {
  readonly hook: Hook;
  readonly name: string;
  readonly order: number;
}

/** The row of a plugin in the registry; the life cycle reads it as JSON text. */
export const pluginRow = (plugin: Registered) => {
  const { hook, order, ...told } = plugin;
  return { ...pluginKey(hook, order, plugin.name), plugin: JSON.stringify(told) };
};
