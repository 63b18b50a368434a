import type { Bus, FunctionFolder } from "@callboard/aws-local";
import type { dynamoDbOf } from "@callboard/functions";
import { rowPrefix } from "@callboard/functions/deployment";
import { hooks } from "@callboard/protocol";
import { functionArn, putRule } from "../bus-rules.ts";
import { type Settings, StartError } from "../settings.ts";
import { tableName } from "../table.ts";
import { type OwnPlugin, PluginFolderError, readPlugins, rowItem, withoutFunction } from "./plugin-folder.ts";

/** The attribute of registry rows that a start has written for the plugins in a folder. */
const OWNER = "by";
const owner = { S: "CALLBOARD_FUNCTIONS" };

/** The user's own plugins. Rejects with a `StartError` when one of them is incomplete. */
export async function openOwnPlugins(
  { functions }: Settings,
  found: FunctionFolder | undefined,
): Promise<readonly OwnPlugin[]> {
  if (!functions) return [];
  try {
    const plugins = await readPlugins(functions.folder);
    for (const { functionName } of plugins)
      if (!found?.find(functionName)) throw withoutFunction(functionName);
    return plugins;
  } catch (cause) {
    if (!(cause instanceof PluginFolderError)) throw cause;
    throw new StartError(`CALLBOARD_FUNCTIONS: ${cause.message}`);
  }
}

/**
 * Registers these plugins in the registry and on the bus `default`, and removes those that an earlier start
 * has registered and that no longer exist. Rows written by others stay unchanged.
 */
export async function registerPlugins(
  bus: Bus,
  dynamodb: ReturnType<typeof dynamoDbOf>,
  plugins: readonly OwnPlugin[],
): Promise<void> {
  const rows = plugins.map(({ registered }) => ({ ...rowItem(registered), [OWNER]: owner }));
  const kept = new Set(rows.map(keyOf));
  for (const hook of hooks) {
    const { Items = [] } = (await dynamodb.call("DynamoDB_20120810.Query", {
      TableName: tableName,
      KeyConditionExpression: "pk = :hook",
      ExpressionAttributeValues: { ":hook": { S: `${rowPrefix.hook}${hook}` } },
    })) as { Items?: Row[] };
    for (const { pk, sk, [OWNER]: by } of Items)
      if (by?.S === owner.S && !kept.has(keyOf({ pk, sk })))
        await dynamodb.call("DynamoDB_20120810.DeleteItem", { TableName: tableName, Key: { pk, sk } });
  }
  for (const Item of rows) await dynamodb.call("DynamoDB_20120810.PutItem", { TableName: tableName, Item });
  await putOwnRules(bus, plugins);
}

type Row = Readonly<Record<"pk" | "sk", { readonly S?: string }>> &
  Readonly<Record<string, { readonly S?: string }>>;

const keyOf = ({ pk, sk }: { readonly [name: string]: { readonly S?: string } }): string =>
  JSON.stringify([pk?.S, sk?.S]);

/** The prefix of these rules' names; the rest is the name of the function, their only target. */
const RULE = "own-plugin-";

async function putOwnRules(bus: Bus, plugins: readonly OwnPlugin[]): Promise<void> {
  const { ListRules, RemoveTargets, DeleteRule } = bus.operations;
  const { Rules } = (await ListRules({ NamePrefix: RULE })) as { Rules: readonly { Name: string }[] };
  for (const { Name } of Rules) {
    const functionName = Name.slice(RULE.length);
    if (plugins.some((plugin) => plugin.functionName === functionName)) continue;
    await RemoveTargets({ Rule: Name, Ids: [functionName] });
    await DeleteRule({ Name });
  }
  for (const { functionName, pattern } of plugins)
    await putRule(bus, {
      bus: "default",
      name: `${RULE}${functionName}`,
      pattern,
      target: functionName,
      arn: functionArn(functionName),
    });
}
