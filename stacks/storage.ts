import { layoutRow, RETENTION_DAYS, TTL, tableDefinition } from "@callboard/functions/deployment";
import { objectFolders, uploadHeaders } from "@callboard/video/definition";
import type { Settings } from "./settings.ts";

const typeOf = { S: "string", N: "number" } as const;
type KeySchema = readonly [{ readonly AttributeName: string }, { readonly AttributeName: string }];
const keysOf = ([hash, range]: KeySchema) => ({ hashKey: hash.AttributeName, rangeKey: range.AttributeName });

/** The one table and the bucket: what must outlive a mistake. `tableName` is known once the table says its layout. */
export function storage({ production, bucketName, restored, retentionDays, origins }: Settings) {
  const table = restored ? sst.aws.Dynamo.get("Rows", restored.tableName) : newTable(production);
  const bucket = bucketName
    ? sst.aws.Bucket.get("Bucket", bucketName)
    : newBucket(production, Number(retentionDays ?? RETENTION_DAYS), origins);
  return { table, tableName: restored ? table.name : saysLayout(table), bucket };
}

/** Functions refuse a table that does not say that it has their layout. */
function saysLayout(table: sst.aws.Dynamo) {
  const { pk, sk, layout } = layoutRow;
  const row = new aws.dynamodb.TableItem(
    "Layout",
    {
      tableName: table.name,
      hashKey: "pk",
      rangeKey: "sk",
      item: JSON.stringify({ pk: { S: pk }, sk: { S: sk }, layout: { N: String(layout) } }),
    },
    // A table that is kept when its stage is removed keeps it too.
    { retainOnDelete: true },
  );
  return row.tableName;
}

const newTable = (production: boolean) =>
  new sst.aws.Dynamo("Rows", {
    fields: Object.fromEntries(
      tableDefinition.AttributeDefinitions.map((one) => [one.AttributeName, typeOf[one.AttributeType]]),
    ),
    primaryIndex: keysOf(tableDefinition.KeySchema),
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

/** Days for which an object that was deleted or replaced can be had back, where versions are kept. */
const VERSION_DAYS = 7;

const newBucket = (production: boolean, retentionDays: number, origins: readonly string[]) =>
  new sst.aws.Bucket("Bucket", {
    cors: {
      allowMethods: ["GET", "PUT"],
      allowOrigins: [...origins],
      allowHeaders: [...uploadHeaders],
      maxAge: "1 day",
    },
    versioning: production,
    lifecycle: objectFolders.map((prefix) => ({
      id: prefix,
      prefix,
      expiresIn: `${retentionDays} days`,
    })),
    transform: {
      bucket: { forceDestroy: !production },
      lifecycle: (args) => {
        args.rules = $output(args.rules).apply((rules) => [
          ...(rules ?? []),
          {
            id: "leftovers",
            status: "Enabled",
            filter: { prefix: "" },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
            noncurrentVersionExpiration: { noncurrentDays: VERSION_DAYS },
          },
        ]);
      },
    },
  });

export type Storage = ReturnType<typeof storage>;
