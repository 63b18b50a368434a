import { layoutRow, RETENTION_DAYS, TTL, tableDefinition } from "@callboard/functions/deployment";
import { objectFolders, uploadHeaders } from "@callboard/video/definition";
import { type Known, when } from "./known.ts";
import type { Names } from "./names.ts";
import type { Settings } from "./settings.ts";

const typeOf = { S: "string", N: "number" } as const;
type KeySchema = readonly [{ readonly AttributeName: string }, { readonly AttributeName: string }];
const keysOf = ([hash, range]: KeySchema) => ({ hashKey: hash.AttributeName, rangeKey: range.AttributeName });

/** The one table and the bucket: what must outlive a mistake. `tableName` is known once the table says its layout. */
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
      ? // Its type has a text alone; what it does with it takes any that AWS's own provider takes.
        sst.aws.Bucket.get(inStack("Bucket"), when(known, (all) => all.bucketName!) as string)
      : newBucket(names, production, Number(retentionDays ?? RETENTION_DAYS), origins));
  return { table, tableName: restored ? table.name : saysLayout(names, table), bucket };
}

/** A bucket by what is known of any. */
export interface AnyBucket {
  readonly name: $util.Output<string>;
  readonly arn: $util.Output<string>;
}

/** Functions refuse a table that does not say that it has their layout. */
function saysLayout({ inStack }: Names, table: sst.aws.Dynamo) {
  const { pk, sk, layout } = layoutRow;
  const row = new aws.dynamodb.TableItem(
    inStack("Layout"),
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

/** Days for which an object that was deleted or replaced can be had back, where versions are kept. */
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
