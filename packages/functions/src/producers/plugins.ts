import {
  type BusEvent,
  innerEventTypes,
  PluginComplete,
  PluginRequested,
  pluginCompleteType,
  pluginRequestedType,
  pluginSourcePrefix,
  SOURCE,
} from "@callboard/protocol";
import { targetOf } from "./callboard.ts";
import type { Producer } from "./producer.ts";
import { readDetail } from "./read-event.ts";

const rule = (name: string, pattern: object) =>
  ({ name, pattern, only: "plugins", target: "plugins" }) as const;

/**
 * A life cycle asks a plugin on Callboard's bus, and the plugin answers on the account's default bus; Callboard's own
 * events about it come the same way. `ingest` handles none of them, so it does not know this producer.
 */
export const plugins: Pick<Producer, "bus" | "rules"> = {
  bus: "callboard",
  rules: () => [
    rule("plugin-requested", { "detail-type": [pluginRequestedType] }),
    rule("turn-changed", {
      source: [SOURCE],
      "detail-type": innerEventTypes.filter((type) => targetOf(type) === "plugins"),
    }),
    {
      ...rule("plugin-complete", {
        source: [{ prefix: pluginSourcePrefix }],
        "detail-type": [pluginCompleteType],
      }),
      bus: "default",
    },
  ],
};

/** An event of a life cycle or a plugin; `unknown` counts the fields that its schema does not know. */
export type PluginEvent =
  | { readonly type: typeof pluginRequestedType; readonly detail: PluginRequested; readonly unknown: number }
  | { readonly type: typeof pluginCompleteType; readonly detail: PluginComplete; readonly unknown: number };

/**
 * Reads an event of a life cycle or a plugin; undefined: it is from another source. Throws `BadEvent` if it does not fit.
 */
export function readPluginEvent(event: BusEvent): PluginEvent | undefined {
  const { source, "detail-type": type } = event;
  if (type === pluginRequestedType) return { type, ...readDetail(PluginRequested, event) };
  if (type === pluginCompleteType && source.startsWith(pluginSourcePrefix))
    return { type, ...readDetail(PluginComplete, event) };
  return undefined;
}
