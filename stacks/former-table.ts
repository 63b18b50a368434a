import type { StageSettings } from "./stage-settings.ts";

/**
 * The table of a stage that was deployed before a subject was one row. Its rows have another layout, so the stage gets a
 * new table. A component that is no longer declared is deleted with all its data, open requests included. So
 * `CALLBOARD_OLD_TABLE` must say what to do with the old table: this throws, before any change, if the stage has one and
 * the setting is missing.
 */
export async function formerTable({ oldTable, restored, production }: StageSettings): Promise<void> {
  if (oldTable === undefined && !restored && (await isThere())) throw new Error(instructions($app.stage));
  if (oldTable === "keep") declareFormer(production);
}

/** SST tags everything in a stage; this component's table is the only one whose name ends like this. */
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

const instructions = (stage: string): string =>
  [
    `stage ${stage} has a table of the former layout, and this version makes another.`,
    "Nothing was changed. The former table's data are not copied: its open questions would wait for ever.",
    "1. Let them end on the version that is deployed now: `npx callboard ops requests` lists them.",
    "2. Deploy with CALLBOARD_OLD_TABLE=keep: the former table stays, and is no longer used.",
    "3. When you need nothing in it any more, deploy with CALLBOARD_OLD_TABLE=delete.",
    "docs/deploy.md, Upgrade and roll back, explains it.",
  ].join("\n");

/** The table exactly as it was, so that a deployment does not change it. */
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
