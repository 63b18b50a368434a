import type { StageSettings } from "./stage-settings.ts";

/**
 * The table of a stage that was deployed before a subject was one row. Its rows are of another layout, so that the
 * stage gets a table of its own for the new one; and a component that is no longer declared is deleted with all that is
 * in it, its open requests too. So whoever deploys says what becomes of it (`CALLBOARD_OLD_TABLE`), before anything is
 * changed: throws when the stage has such a table and nothing is said.
 */
export async function formerTable({ oldTable, restored, production }: StageSettings): Promise<void> {
  if (oldTable === undefined && !restored && (await isThere())) throw new Error(whatToDo($app.stage));
  if (oldTable === "keep") declareFormer(production);
}

/** SST tags all that a stage has; this component's table is the only one whose name ends like this. */
async function isThere(): Promise<boolean> {
  const { resourceTagMappingLists } = await aws.resourcegroupstaggingapi.getResources({
    resourceTypeFilters: ["dynamodb:table"],
    tagFilters: [
      { key: "sst:app", values: [$app.name] },
      { key: "sst:stage", values: [$app.stage] },
    ],
  });
  return resourceTagMappingLists.some(({ resourceArn }) => /TableTable-[a-z]+$/.test(resourceArn));
}

const whatToDo = (stage: string): string =>
  [
    `stage ${stage} has a table of the former layout, and this version makes another.`,
    "Nothing was changed. What is in the former table is not carried over: its open questions would wait for ever.",
    "1. Let them end on the version that is deployed: `npx callboard ops requests` lists them.",
    "2. Deploy with CALLBOARD_OLD_TABLE=keep: the former table stays, and is no longer used.",
    "3. Once nothing in it is wanted, deploy with CALLBOARD_OLD_TABLE=delete.",
    "docs/deploy.md, Upgrade and roll back, tells it whole.",
  ].join("\n");

/** Just as it was, so that a deployment changes nothing of it. */
const declareFormer = (production: boolean): void =>
  void new sst.aws.Dynamo("Table", {
    fields: {
      pk: "string",
      sk: "string",
      offset: "number",
      duePk: "string",
      due: "number",
      connectionId: "string",
      principal: "string",
      askedAt: "number",
    },
    primaryIndex: { hashKey: "pk", rangeKey: "sk" },
    localIndexes: { byOffset: { rangeKey: "offset", projection: "all" } },
    globalIndexes: {
      due: { hashKey: "duePk", rangeKey: "due", projection: "keys-only" },
      byConnection: { hashKey: "connectionId", rangeKey: "pk", projection: "keys-only" },
      byPrincipal: { hashKey: "principal", rangeKey: "askedAt", projection: "keys-only" },
    },
    ttl: "ttl",
    deletionProtection: production,
    transform: { table: { serverSideEncryption: { enabled: true } } },
  });
