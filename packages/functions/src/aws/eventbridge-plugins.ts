import type { Clock, Plugins } from "@callboard/core";
import { pluginManager } from "@callboard/protocol";
import type { EventBridge } from "./clients.ts";
import { putEntries } from "./eventbridge-bus.ts";

/** The account's bus on which plugins listen. */
const BUS = "default";

/**
 * Asks plugins on the account's default bus, as ServerlessVideo's are asked: `<hook>.<plugin>`, with the handle in the
 * place of a task token. Throws `BusRefused` once the bus has not taken it five times.
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
        // As Step Functions names it in what executions put: whoever listens knows whose turn it is.
        Resources: [execution],
      },
    ]),
});
