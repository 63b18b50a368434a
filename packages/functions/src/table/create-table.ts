import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { indexes } from "./definition.ts";

/** The one table, as input of `CreateTable` without its name. */
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
