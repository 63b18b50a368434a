import type { SFNClient } from "@aws-sdk/client-sfn";
import { arnOf, type Bus, defaultPlace } from "@callboard/aws-local";
import type { dynamoDbOf } from "@callboard/functions";
import { lifecycleTable } from "@callboard/functions/deployment";
import {
  durationLimitPlugin,
  lifecycleDefinition,
  lifecycleRules,
  ownPlugins,
  pluginRules,
  recordingDefinition,
  titlePlugin,
} from "@callboard/video/plugins";
import { busName, functionArn, putRule } from "./bus-rules.ts";
import { rowItem } from "./plugins/plugin-folder.ts";
import type { LateClients } from "./sdk.ts";
import { putMachine, stateMachineArn, taskFunctionNames } from "./state-machine.ts";
import { tableName } from "./table.ts";

/** The state machine that reports an upload as ready, which starts the plugin life cycle. */
export const recordingArn = arnOf(defaultPlace, "states", "stateMachine:recording");
export const lifecycleArn = arnOf(defaultPlace, "states", "stateMachine:plugin-lifecycle");

/** The functions of the video application's plugins. */
export const pluginNames = ["duration-limit", "title-and-description"] as const;

/** The plugins by name; each uses only ServerlessVideo's events. */
export const pluginFunctions = (clients: LateClients, sfn: SFNClient) =>
  ({
    "duration-limit": (event) => durationLimitPlugin(clients().bus)(event as never),
    "title-and-description": (event) =>
      titlePlugin({ bus: clients().bus, sfn, postProcessingArn: stateMachineArn, recordingArn })(
        event as never,
      ),
  }) satisfies Record<(typeof pluginNames)[number], (event: unknown) => Promise<void>>;

/** Creates the life cycle's state machines, rules and registry; can be repeated. */
export async function putLifecycle(
  sfn: SFNClient,
  bus: Bus,
  dynamodb: ReturnType<typeof dynamoDbOf>,
): Promise<void> {
  await putMachine(
    sfn,
    lifecycleArn,
    lifecycleDefinition({ BusName: busName, TableName: tableName, ...lifecycleTable }),
  );
  await putMachine(
    sfn,
    recordingArn,
    recordingDefinition({ BusName: busName, ProbeFunction: functionArn(taskFunctionNames.probe) }),
  );
  for (const rule of lifecycleRules(lifecycleArn))
    await putRule(bus, { ...rule, bus: "default", target: "lifecycle", arn: lifecycleArn });
  for (const { plugin, ...rule } of pluginRules(stateMachineArn))
    await putRule(bus, { ...rule, bus: "default", target: plugin, arn: functionArn(plugin) });
  for (const row of ownPlugins.map(rowItem))
    await dynamodb.call("DynamoDB_20120810.PutItem", { TableName: tableName, Item: row });
}
