import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { days, type ExecutionRecord, type ExecutionStore } from "@callboard/core";
import { TTL } from "./definition.ts";
import { executionKey } from "./keys.ts";
import { type Row, type Table, ttlAt } from "./table.ts";

/** An execution runs for a year at most; its record outlives it. */
const keptMs = days(366 + 90);

/** What is known of executions, in DynamoDB. */
export function dynamoExecutionStore(table: Table): ExecutionStore {
  return {
    async read(execution) {
      const { Item } = await table.documents.send(
        new GetCommand({ TableName: table.name, Key: executionKey(execution), ConsistentRead: true }),
      );
      return Item && recordOf(Item);
    },

    /** One update without a condition: each field is set if it is not there yet, so repeating it changes nothing. */
    async learn({ execution, subject, startedAt, end }) {
      const known = Object.entries({ execution, subject, startedAt, end }).filter(
        ([, value]) => value !== undefined,
      );
      const sets = known.map((_, i) => `#f${i} = if_not_exists(#f${i}, :v${i})`);
      const { Attributes } = await table.documents.send(
        new UpdateCommand({
          TableName: table.name,
          Key: executionKey(execution),
          UpdateExpression: `SET #ttl = :ttl, ${sets.join(", ")}`,
          ExpressionAttributeNames: {
            "#ttl": TTL,
            ...Object.fromEntries(known.map(([name], i) => [`#f${i}`, name])),
          },
          ExpressionAttributeValues: {
            ":ttl": ttlAt(table.clock.now(), keptMs),
            ...Object.fromEntries(known.map(([, value], i) => [`:v${i}`, value])),
          },
          ReturnValues: "ALL_NEW",
        }),
      );
      return recordOf(Attributes ?? {});
    },
  };
}

function recordOf(row: Row): ExecutionRecord {
  const { pk: _pk, sk: _sk, [TTL]: _ttl, ...record } = row;
  return record as unknown as ExecutionRecord;
}
