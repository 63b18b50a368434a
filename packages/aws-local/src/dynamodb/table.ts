import type { Place } from "../arn.ts";
import { arnOf } from "../arn.ts";
import {
  choiceOf,
  type Input,
  invalid,
  invalidParameter,
  listOf,
  nameIn,
  serialization,
  structureIn,
  structureOf,
  structuresIn,
  textIn,
  violates,
  wholeOf,
} from "./request.ts";

/** A key attribute and its type. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: "S" | "N" | "B";
}

/** The keys of a table or an index. */
export interface KeySchema {
  readonly hash: KeyAttribute;
  readonly range?: KeyAttribute;
}

interface Throughput {
  readonly ReadCapacityUnits: number;
  readonly WriteCapacityUnits: number;
}

interface Index extends KeySchema {
  readonly name: string;
  readonly kind: "local" | "global";
  readonly projection: "ALL" | "KEYS_ONLY" | "INCLUDE";
  /** For the projection INCLUDE: attributes besides the keys. */
  readonly included: readonly string[];
  readonly throughput?: Throughput;
}

/** The attribute that holds items' expiry. */
export interface TimeToLive {
  readonly attribute: string;
  /** ENABLING until existing items are recorded, DISABLING until all their records are removed. */
  readonly status: "ENABLING" | "ENABLED" | "DISABLING";
}

/** A table as it is stored. */
export interface TableRecord extends KeySchema {
  readonly name: string;
  /** Identifies its rows; never used again. */
  readonly id: number;
  readonly uuid: string;
  readonly createdAtMs: number;
  readonly indexes: readonly Index[];
  /** For a provisioned table; an on-demand one has none. */
  readonly throughput?: Throughput;
  readonly ttl?: TimeToLive;
  readonly tags?: Tags;
}

/** Tags: values by their keys. */
export type Tags = Readonly<Record<string, string>>;

/** A table, with derived facts. */
export interface Table extends TableRecord {
  /** The attributes of its key. */
  readonly keys: readonly KeyAttribute[];
  readonly indexes: readonly TableIndex[];
  /** The attributes of the keys of its indexes. */
  readonly indexKeys: ReadonlySet<string>;
  readonly hasLocalIndexes: boolean;
}

export interface TableIndex extends Index {
  readonly keys: readonly KeyAttribute[];
  /** The attributes that it holds; undefined for all. */
  readonly holds: ReadonlySet<string> | undefined;
}

const keysOf = ({ hash, range }: KeySchema): KeyAttribute[] => (range ? [hash, range] : [hash]);

export function tableOf(record: TableRecord): Table {
  const keys = keysOf(record);
  const indexes = record.indexes.map((index): TableIndex => {
    const own = keysOf(index);
    const held = [...keys, ...own].map(({ name }) => name);
    const holds = index.projection === "ALL" ? undefined : new Set([...held, ...index.included]);
    return { ...index, keys: own, holds };
  });
  return {
    ...record,
    keys,
    indexes,
    indexKeys: new Set(indexes.flatMap((index) => index.keys.map(({ name }) => name))),
    hasLocalIndexes: indexes.some(({ kind }) => kind === "local"),
  };
}

/** A table as it is stored. */
export function recordOf(table: Table): TableRecord {
  const { keys: _, indexKeys: __, hasLocalIndexes: ___, indexes, ...record } = table;
  return { ...record, indexes: indexes.map(({ keys: _, holds: __, ...index }) => index) };
}

/** Members about capacity and replication on AWS's side, which have no effect here, are not read. */
const REFUSED = ["StreamSpecification", "GlobalTableSourceArn", "GlobalTableSettingsReplicationMode"];

const MAX_LOCAL = 5;
const MAX_GLOBAL = 20;
const MAX_INCLUDED = 100;

type Definition = Pick<TableRecord, "name" | "hash" | "range" | "indexes" | "throughput">;

/**
 * Reads the input of CreateTable (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html).
 * Encryption, table class, warm and maximum throughput are ignored; streams, replicas and deletion protection are
 * refused.
 */
export function readDefinition(input: Input): Definition {
  const name = nameIn(input, "TableName");
  refuseUnserved(input);
  const types = readTypes(input);
  const throughput = readThroughput(input);
  const table = readSchema(structuresIn(input, "KeySchema", { most: 2 }), types);
  const local = readIndexes(input, "LocalSecondaryIndexes", types, MAX_LOCAL, throughput);
  const global = readIndexes(input, "GlobalSecondaryIndexes", types, MAX_GLOBAL, throughput);
  const indexes = [...local, ...global];
  checkLocal(local, table);
  const names = indexes.map((index) => index.name);
  const twice = names.find((one, at) => names.indexOf(one) !== at);
  if (twice !== undefined) throw invalidParameter(`Duplicate index name: ${twice}`);
  if (indexes.reduce((sum, { included }) => sum + included.length, 0) > MAX_INCLUDED)
    throw invalidParameter(
      `Number of attributes in NonKeyAttributes exceeds ${MAX_INCLUDED} over all indexes`,
    );
  checkUsed(types, [table, ...indexes]);
  return { name, ...table, indexes, ...(throughput ? { throughput } : {}) };
}

function refuseUnserved(input: Input): void {
  for (const member of REFUSED) {
    const value = input[member] as { StreamEnabled?: unknown } | undefined;
    if (value && value.StreamEnabled !== false) throw invalid(`${member} is not supported here`);
  }
  if (input.DeletionProtectionEnabled === true)
    throw invalid("DeletionProtectionEnabled is not supported here");
}

function readTypes(input: Input): Map<string, KeyAttribute> {
  const types = new Map<string, KeyAttribute>();
  for (const one of structuresIn(input, "AttributeDefinitions", { least: 0 })) {
    const name = textIn(one, "AttributeName");
    const type = textIn(one, "AttributeType");
    if (type !== "S" && type !== "N" && type !== "B")
      throw violates("AttributeType", type, "Member must satisfy enum value set: [B, N, S]");
    if (name.length === 0 || Buffer.byteLength(name) > 255)
      throw violates("AttributeName", name, "Member must have length from 1 to 255");
    if (types.has(name)) throw invalidParameter(`Duplicate AttributeName in AttributeDefinitions: ${name}`);
    types.set(name, { name, type });
  }
  return types;
}

function readThroughput(input: Input): Throughput | undefined {
  const mode = choiceOf(input, "BillingMode", ["PROVISIONED", "PAY_PER_REQUEST"]);
  const given = structureOf(input, "ProvisionedThroughput");
  if (mode === "PAY_PER_REQUEST") {
    if (given)
      throw invalidParameter(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
      );
    return undefined;
  }
  if (!given)
    throw invalidParameter(
      "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
    );
  return unitsIn(given);
}

function unitsIn(given: Input): Throughput {
  const units = (member: "ReadCapacityUnits" | "WriteCapacityUnits") => {
    const value = wholeOf(given, member, 1);
    if (value === undefined)
      throw violates(`provisionedThroughput.${member}`, undefined, "Member must not be null");
    return value;
  };
  return { ReadCapacityUnits: units("ReadCapacityUnits"), WriteCapacityUnits: units("WriteCapacityUnits") };
}

function readSchema(elements: readonly Input[], types: ReadonlyMap<string, KeyAttribute>): KeySchema {
  const [first, second] = elements.map((element) => ({
    name: textIn(element, "AttributeName"),
    kind: textIn(element, "KeyType"),
  }));
  if (first?.kind !== "HASH")
    throw invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  if (second && second.kind !== "RANGE")
    throw invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  if (second?.name === first.name)
    throw invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name");
  const typed = ({ name }: { name: string }): KeyAttribute => {
    const type = types.get(name);
    if (!type)
      throw invalidParameter(
        "Some index key attributes are not defined in AttributeDefinitions. " +
          `Keys: [${elements.map((element) => element.AttributeName).join(", ")}], ` +
          `AttributeDefinitions: [${[...types.keys()].join(", ")}]`,
      );
    return type;
  };
  return { hash: typed(first), ...(second ? { range: typed(second) } : {}) };
}

function readIndexes(
  input: Input,
  member: "LocalSecondaryIndexes" | "GlobalSecondaryIndexes",
  types: ReadonlyMap<string, KeyAttribute>,
  most: number,
  provisioned: Throughput | undefined,
): Index[] {
  const given = listOf(input, member);
  if (given === undefined) return [];
  if (given.length === 0) throw invalidParameter(`List of ${member} is empty`);
  const kind = member === "LocalSecondaryIndexes" ? "local" : "global";
  if (given.length > most) throw invalidParameter(`Number of ${member} exceeds per-table limit of ${most}`);
  return structuresIn(input, member).map((one): Index => {
    const name = nameIn(one, "IndexName");
    const throughput = kind === "global" ? readIndexThroughput(one, name, provisioned) : undefined;
    return {
      name,
      kind,
      ...readSchema(structuresIn(one, "KeySchema", { most: 2 }), types),
      ...readProjection(structureIn(one, "Projection")),
      ...(throughput ? { throughput } : {}),
    };
  });
}

function readIndexThroughput(
  index: Input,
  name: string,
  provisioned: Throughput | undefined,
): Throughput | undefined {
  const given = structureOf(index, "ProvisionedThroughput");
  if (!provisioned && given)
    throw invalidParameter(
      `ProvisionedThroughput should not be specified for index: ${name} when BillingMode is PAY_PER_REQUEST`,
    );
  if (provisioned && !given)
    throw invalidParameter(`ProvisionedThroughput is not specified for index: ${name}`);
  return given && unitsIn(given);
}

function readProjection(given: Input): Pick<Index, "projection" | "included"> {
  const { ProjectionType: projection = null } = given;
  const included = listOf(given, "NonKeyAttributes");
  if (projection !== "ALL" && projection !== "KEYS_ONLY" && projection !== "INCLUDE")
    throw invalidParameter(`Unknown ProjectionType: ${projection}`);
  if (projection !== "INCLUDE" && included)
    throw invalidParameter(`ProjectionType is ${projection}, but NonKeyAttributes is specified`);
  if (projection === "INCLUDE" && !included?.length)
    throw invalidParameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  return { projection, included: readIncluded(included ?? []) };
}

function readIncluded(given: readonly unknown[]): readonly string[] {
  const names = new Set<string>();
  for (const name of given) {
    if (typeof name !== "string") throw serialization("NonKeyAttributes", "a list of strings");
    const rule =
      name === ""
        ? "greater than or equal to 1"
        : Buffer.byteLength(name) > 255 && "less than or equal to 255";
    if (rule) throw violates("NonKeyAttributes", name, `Member must have length ${rule}`);
    if (names.has(name)) throw invalidParameter(`Duplicate attribute in NonKeyAttributes: ${name}`);
    names.add(name);
  }
  return [...names];
}

function checkLocal(indexes: readonly Index[], table: KeySchema): void {
  if (indexes.length > 0 && !table.range)
    throw invalidParameter(
      "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
    );
  for (const { name, hash, range } of indexes) {
    if (hash.name !== table.hash.name)
      throw invalidParameter(
        `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${name}. ` +
          `index hash key: ${hash.name}, table hash key: ${table.hash.name}`,
      );
    if (!range) throw invalidParameter(`Index KeySchema does not have a range key for index: ${name}`);
  }
}

function checkUsed(types: ReadonlyMap<string, KeyAttribute>, schemas: readonly KeySchema[]): void {
  const used = new Set(schemas.flatMap((schema) => keysOf(schema).map(({ name }) => name)));
  if (used.size === types.size) return;
  const defined = [...types.keys()].join(", ");
  throw schemas.length === 1
    ? invalidParameter(
        "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
      )
    : invalidParameter(
        `Some AttributeDefinitions are not used. AttributeDefinitions: [${defined}], keys used: [${[...used].join(", ")}]`,
      );
}

/** How many items a table or an index has, and their bytes. */
export interface Size {
  readonly items: number;
  readonly bytes: number;
}

/** Counts of a table, and of its indexes by name. */
export interface TableSizes extends Size {
  readonly indexes: ReadonlyMap<string, Size>;
}

const schemaOf = ({ hash, range }: KeySchema) => [
  { AttributeName: hash.name, KeyType: "HASH" },
  ...(range ? [{ AttributeName: range.name, KeyType: "RANGE" }] : []),
];

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html */
export function describe(
  table: Table,
  place: Place,
  status: "ACTIVE" | "CREATING" | "DELETING",
  size: TableSizes,
): object {
  const arn = arnOf(place, "dynamodb", `table/${table.name}`);
  const createdAt = table.createdAtMs / 1000;
  const described = (kind: Index["kind"]) =>
    table.indexes
      .filter((index) => index.kind === kind)
      .map((index) => ({
        IndexName: index.name,
        KeySchema: schemaOf(index),
        Projection: {
          ProjectionType: index.projection,
          ...(index.projection === "INCLUDE" ? { NonKeyAttributes: index.included } : {}),
        },
        ...(kind === "global" ? { IndexStatus: status, ...throughputOf(index.throughput) } : {}),
        ItemCount: size.indexes.get(index.name)?.items ?? 0,
        IndexSizeBytes: size.indexes.get(index.name)?.bytes ?? 0,
        IndexArn: `${arn}/index/${index.name}`,
      }));
  const [local, global] = [described("local"), described("global")];
  const attributes = new Map(
    [table, ...table.indexes].flatMap((one) => one.keys).map((key) => [key.name, key.type]),
  );
  return {
    TableName: table.name,
    TableArn: arn,
    TableId: table.uuid,
    TableStatus: status,
    CreationDateTime: createdAt,
    AttributeDefinitions: [...attributes].map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    KeySchema: schemaOf(table),
    ...throughputOf(table.throughput),
    ...(table.throughput
      ? {}
      : {
          BillingModeSummary: {
            BillingMode: "PAY_PER_REQUEST",
            LastUpdateToPayPerRequestDateTime: createdAt,
          },
        }),
    ItemCount: size.items,
    TableSizeBytes: size.bytes,
    ...(local.length > 0 ? { LocalSecondaryIndexes: local } : {}),
    ...(global.length > 0 ? { GlobalSecondaryIndexes: global } : {}),
    DeletionProtectionEnabled: false,
  };
}

const throughputOf = (throughput: Throughput = { ReadCapacityUnits: 0, WriteCapacityUnits: 0 }) => ({
  ProvisionedThroughput: { NumberOfDecreasesToday: 0, ...throughput },
});
