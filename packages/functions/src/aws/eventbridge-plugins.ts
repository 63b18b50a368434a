import type { Clock, Plugins } from "@callboard/core";
import { pluginManager } from "@callboard/protocol";
import type { EventBridge } from "./clients.ts";
import { putEntries } from "./eventbridge-bus.ts";

/** The account's bus on which plugins listen. */
const BUS = "default";

/**
 * Asks plugins on the account's default bus, as ServerlessVideo does: `<hook>.<plugin>`, with the handle in place of a
 * task token. Throws `BusRefused` when the bus refused it five times.
 */
export const eventBridgePlugins = (parts: {
  readonly events: EventBridge;
  readonly clock: Clock;
}): Plugins => ({
  call: ({ hook, plugin, handle, detail, execution }) =>
    putEntries(parts, [
      {
        EventBusName: BUS,
        Source: pluginManager,
        DetailType: `${hook}.${plugin}`,
        Detail: JSON.stringify({ ...detail, taskToken: handle }),
        // As Step Functions names it in events that executions put: listeners know which execution asks.
        Resources: [execution],
      },
    ]),
});
