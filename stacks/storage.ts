import { layoutRow, RETENTION_DAYS, TTL, tableDefinition } from "@callboard/functions/deployment";
import { objectFolders, uploadHeaders } from "@callboard/video/definition";
import { type Known, when } from "./known.ts";
import type { Names } from "./names.ts";
import type { Settings } from "./settings.ts";

const typeOf = { S: "string", N: "number" } as const;
type KeySchema = readonly [{ readonly AttributeName: string }, { readonly AttributeName: string }];
const keysOf = ([hash, range]: KeySchema) => ({ hashKey: hash.AttributeName, rangeKey: range.AttributeName });

/**
 * The one table and the bucket, which must survive mistakes. `tableName` is known after the table's layout row is
 * written.
 */
export function storage(
  names: Names,
  { production, bucketName, restored, retentionDays }: Settings,
  known: Known<Settings>,
  origins: $util.Input<string[]>,
  given?: AnyBucket,
) {
  const { inStack } = names;
  const table = restored
    ? sst.aws.Dynamo.get(
        inStack("Rows"),
        when(known, (all) => all.restored!.tableName),
      )
    : newTable(names, production);
  const bucket: AnyBucket =
    given ??
    (bucketName
      ? // Its type allows only text; the code accepts whatever AWS's own provider accepts.
        sst.aws.Bucket.get(inStack("Bucket"), when(known, (all) => all.bucketName!) as string)
      : newBucket(names, production, Number(retentionDays ?? RETENTION_DAYS), origins));
  return { table, tableName: restored ? table.name : writeLayoutRow(names, table), bucket };
}

/** What is known of any bucket. */
export interface AnyBucket {
  readonly name: $util.Output<string>;
  readonly arn: $util.Output<string>;
}

/** Functions refuse a table without their layout. */
function writeLayoutRow({ inStack }: Names, table: sst.aws.Dynamo) {
  const { pk, sk, layout } = layoutRow;
  const row = new aws.dynamodb.TableItem(
    inStack("Layout"),
    {
      tableName: table.name,
      hashKey: "pk",
      rangeKey: "sk",
      item: JSON.stringify({ pk: { S: pk }, sk: { S: sk }, layout: { N: String(layout) } }),
    },
    // A table that stays when its stage is removed keeps this row too.
    { retainOnDelete: true },
  );
  return row.tableName;
}

const newTable = ({ inStack }: Names, production: boolean) =>
  new sst.aws.Dynamo(inStack("Rows"), {
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

/** Days for which a deleted or replaced object can be restored, where versions are kept. */
const VERSION_DAYS = 7;

const newBucket = (
  { inStack }: Names,
  production: boolean,
  retentionDays: number,
  origins: $util.Input<string[]>,
) =>
  new sst.aws.Bucket(inStack("Bucket"), {
    cors: {
      allowMethods: ["GET", "PUT"],
      allowOrigins: origins,
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
