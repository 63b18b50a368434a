import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { layoutKey } from "./keys.ts";

/** Names of the table's indexes. */
export const indexes = {
  /** Requests, and apart from them audiences, by the time at which something is due; sparse. */
  due: "due",
  /** A connection's subscriptions and attention, to clean up; never on the way of a message. */
  byConnection: "byConnection",
  /** Open requests of an assignee, by the time they were asked; apart from these, what a person did and was asked. */
  byPrincipal: "byPrincipal",
} as const;

/** The attribute that DynamoDB expires rows by, in seconds since the epoch. */
export const TTL = "ttl";

/** The one table, in the words of `CreateTable`, without its name. */
export const tableDefinition = {
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [
    { AttributeName: "pk", AttributeType: "S" },
    { AttributeName: "sk", AttributeType: "S" },
    { AttributeName: "duePk", AttributeType: "S" },
    { AttributeName: "due", AttributeType: "N" },
    { AttributeName: "connectionId", AttributeType: "S" },
    { AttributeName: "principal", AttributeType: "S" },
    { AttributeName: "askedAt", AttributeType: "N" },
  ],
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: indexes.due,
      KeySchema: [
        { AttributeName: "duePk", KeyType: "HASH" },
        { AttributeName: "due", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "KEYS_ONLY" },
    },
    {
      IndexName: indexes.byConnection,
      KeySchema: [
        { AttributeName: "connectionId", KeyType: "HASH" },
        { AttributeName: "pk", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "KEYS_ONLY" },
    },
    {
      IndexName: indexes.byPrincipal,
      KeySchema: [
        { AttributeName: "principal", KeyType: "HASH" },
        { AttributeName: "askedAt", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "KEYS_ONLY" },
    },
  ],
} as const satisfies Omit<CreateTableCommandInput, "TableName">;

/** Which layout the rows have. A table says its own in one row, so that code of another layout leaves it alone. */
export const layoutRow = { ...layoutKey, layout: 2 } as const;

/** Days for which what is over is kept, requests and objects alike, unless a deployment says otherwise. */
export const RETENTION_DAYS = 90;
