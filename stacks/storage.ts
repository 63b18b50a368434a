import { TTL, tableDefinition } from "@callboard/functions/deployment";
import type { Settings } from "./settings.ts";

const typeOf = { S: "string", N: "number" } as const;
type KeySchema = readonly [{ readonly AttributeName: string }, { readonly AttributeName: string }];
const keysOf = ([hash, range]: KeySchema) => ({ hashKey: hash.AttributeName, rangeKey: range.AttributeName });

/** The one table and the bucket: what must outlive a mistake. */
export function storage({ production, bucketName, restored }: Settings) {
  const table = restored ? sst.aws.Dynamo.get("Table", restored.tableName) : newTable(production);
  const bucket = bucketName ? sst.aws.Bucket.get("Bucket", bucketName) : newBucket(production);
  return { table, bucket };
}

const newTable = (production: boolean) =>
  new sst.aws.Dynamo("Table", {
    fields: Object.fromEntries(
      tableDefinition.AttributeDefinitions.map((one) => [one.AttributeName, typeOf[one.AttributeType]]),
    ),
    primaryIndex: keysOf(tableDefinition.KeySchema),
    localIndexes: Object.fromEntries(
      tableDefinition.LocalSecondaryIndexes.map((index) => [
        index.IndexName,
        { rangeKey: keysOf(index.KeySchema).rangeKey, projection: "all" as const },
      ]),
    ),
    globalIndexes: Object.fromEntries(
      tableDefinition.GlobalSecondaryIndexes.map((index) => [
        index.IndexName,
        { ...keysOf(index.KeySchema), projection: "keys-only" as const },
      ]),
    ),
    ttl: TTL,
    deletionProtection: production,
    // Point-in-time recovery is SST's default.
    transform: { table: { serverSideEncryption: { enabled: true } } },
  });

const newBucket = (production: boolean) =>
  new sst.aws.Bucket("Bucket", {
    cors: {
      allowMethods: ["GET", "PUT"],
      allowOrigins: ["*"],
      allowHeaders: ["content-type"],
      maxAge: "1 day",
    },
    versioning: production,
    transform: { bucket: { forceDestroy: !production } },
  });

export type Storage = ReturnType<typeof storage>;
