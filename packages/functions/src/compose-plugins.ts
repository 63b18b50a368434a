import { createPlugins, type Ports, type TurnPorts } from "@callboard/core";
import { eventBridgeOf } from "./aws/clients.ts";
import { doorTokens } from "./aws/door-tokens.ts";
import { eventBridgePlugins } from "./aws/eventbridge-plugins.ts";
import { cryptoIds } from "./aws/machine.ts";
import { basics, type Overrides, withheld } from "./compose.ts";
import type { EnvironmentOf } from "./environment.ts";
import type { PluginsParts } from "./handlers/plugins.ts";
import { dynamoExecutionStore } from "./table/dynamo-execution-store.ts";
import { dynamoTurnStore } from "./table/dynamo-turn-store.ts";

/**
 * Runs plugins' turns: stores each with its task token, asks the plugin on the account's default bus, and takes the
 * plugin's answer. It writes task tokens and never reads one.
 */
export function composePlugins(
  environment: EnvironmentOf<"plugins">,
  overrides: Overrides & Partial<TurnPorts> = {},
): PluginsParts {
  const { table, clock, log, bus, wakeups } = basics("plugins", environment, overrides);
  const events = eventBridgeOf(environment, { clock, log, inProcess: overrides.inProcess });
  const ports = {
    ...dynamoTurnStore(table),
    executionRecords: dynamoExecutionStore(table),
    // Functions that take events in write histories.
    history: withheld<Ports["history"]>("history", "plugins"),
    lists: new Set<string>(),
    // The function that usually creates the key may not have run yet.
    doorTokens: doorTokens({ table, makeSecret: cryptoIds.secret, clock }),
    plugins: eventBridgePlugins({ events, clock }),
    bus,
    wakeups,
    clock,
    ids: cryptoIds,
    log,
    ...overrides,
  };
  return {
    app: createPlugins(ports),
    publishers: environment.PUBLISHERS,
    region: environment.AWS_REGION,
    account: environment.ACCOUNT_ID,
    log,
  };
}
