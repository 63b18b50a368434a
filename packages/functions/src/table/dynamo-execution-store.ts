import type { ExecutionRecord, ExecutionStore } from "@callboard/core";
import { updateItem } from "../aws/dynamodb/dynamodb.ts";
import { readRow } from "./batches.ts";
import { TTL } from "./definition.ts";
import { executionKey } from "./keys.ts";
import { lifetimes } from "./lifetimes.ts";
import { recordIn, type Table } from "./table.ts";
import { writeOutcome } from "./write-outcome.ts";

/** What is known about executions, in DynamoDB. */
export function dynamoExecutionStore(table: Table): ExecutionStore {
  const kept = lifetimes(table);
  return {
    async read(execution) {
      const row = await readRow(table, executionKey(execution));
      return row && recordIn<ExecutionRecord>(row);
    },

    /**
     * A later redrive or end replaces an earlier one, in an update on the condition that it is later. All other fields
     * are set in one unconditional update if they are not there yet. Repeating it changes nothing.
     */
    async record({ execution, subject, startedAt, redrive, end }) {
      if (redrive) await replace(execution, "redrive", redrive, redriveIsNews(redrive));
      if (end) await replace(execution, "end", end, endIsNews(end));
      const known = Object.entries({ execution, subject, startedAt }).filter(
        ([, value]) => value !== undefined,
      );
      const sets = known.map((_, i) => `#f${i} = if_not_exists(#f${i}, :v${i})`);
      const { Attributes } = await updateItem(table.dynamodb, {
        TableName: table.name,
        Key: executionKey(execution),
        UpdateExpression: `SET #ttl = :ttl, ${sets.join(", ")}`,
        ExpressionAttributeNames: {
          "#ttl": TTL,
          ...Object.fromEntries(known.map(([name], i) => [`#f${i}`, name])),
        },
        ExpressionAttributeValues: {
          ":ttl": kept.execution(table.clock.now(), end !== undefined),
          ...Object.fromEntries(known.map(([, value], i) => [`:v${i}`, value])),
        },
        ReturnValues: "ALL_NEW",
      });
      return recordIn<ExecutionRecord>(Attributes ?? {});
    },
  };

  async function replace(execution: string, field: string, value: object, news: Condition): Promise<void> {
    const result = await writeOutcome(
      updateItem(table.dynamodb, {
        TableName: table.name,
        Key: executionKey(execution),
        UpdateExpression: "SET #field = :value, #ttl = :ttl",
        ConditionExpression: `attribute_not_exists(#field) OR ${news.expression}`,
        ExpressionAttributeNames: { "#field": field, "#ttl": TTL, ...news.names },
        ExpressionAttributeValues: {
          ":value": value,
          ":ttl": kept.execution(table.clock.now(), field === "end"),
          ":number": news.number,
        },
      }),
    );
    if (result.outcome === "contended") throw new Error("an execution is in no transaction, yet contended");
  }
}

/** Whether a recorded value is later than the known one in the same field. */
interface Condition {
  readonly expression: string;
  readonly names: Readonly<Record<string, string>>;
  readonly number: number;
}

function redriveIsNews({ number, at }: NonNullable<ExecutionRecord["redrive"]>): Condition {
  const later = "#field.#number < :number";
  if (at === undefined) return { expression: later, names: { "#number": "number" }, number };
  const dated = "(#field.#number = :number AND attribute_not_exists(#field.#at))";
  return { expression: `${later} OR ${dated}`, names: { "#number": "number", "#at": "at" }, number };
}

const endIsNews = ({ redrive: number }: NonNullable<ExecutionRecord["end"]>): Condition => ({
  expression: "#field.#number < :number",
  names: { "#number": "redrive" },
  number,
});
