import { type Asking, type FeedbackRequest, isErased, type RequestStore } from "@callboard/core";
import { deleteItem, query, transactWriteItems, updateItem } from "../aws/dynamodb/dynamodb.ts";
import { readRow } from "./batches.ts";
import { indexes } from "./definition.ts";
import { type Action, putNewRow, putRow, requestMoves } from "./dynamo-request-moves.ts";
import { expireTogether } from "./expire-together.ts";
import {
  actedIndex,
  askedBeforeIndex,
  assigneeKey,
  executionIndex,
  executionKey,
  type Key,
  ledgerKey,
  requestIdOf,
  requestKey,
  sortPrefix,
  threadKey,
} from "./keys.ts";
import { lifetimes } from "./lifetimes.ts";
import { queryPrefix, requestsUnder } from "./queries.ts";
import {
  assigneeRows,
  ledgerEntryOf,
  ledgerRow,
  requestRow,
  threadHeadOf,
  threadRow,
  tokenRow,
} from "./request-rows.ts";
import type { Row, Table } from "./table.ts";
import { writeOutcome } from "./write-outcome.ts";

/** Feedback requests in DynamoDB, with their assignees, ledger, token and thread heads. */
export function dynamoRequestStore(
  table: Table,
  /** Rows that are written with a request, where a function asks for more than others. */
  beside: (asking: Asking) => (Row & Key)[] = () => [],
): RequestStore {
  const TableName = table.name;
  const kept = lifetimes(table);
  const { read, move, note, actionsOf } = requestMoves(table, { kept, end: expireTogether });

  const queryAll = (pk: string, prefix: string) => queryPrefix(table, pk, prefix);

  /** The thread's head is replaced, or checked if it stays; in both cases it must be as it was read. */
  function threadAction({ request, thread: { before, after } }: Asking): Action {
    const unchanged = before
      ? { ConditionExpression: "requestId = :was", ExpressionAttributeValues: { ":was": before.requestId } }
      : { ConditionExpression: "attribute_not_exists(pk)" };
    if (after) return { Put: { TableName, Item: threadRow(after, request, kept), ...unchanged } };
    return {
      ConditionCheck: { TableName, Key: threadKey(request), ...unchanged },
    };
  }

  return {
    read,
    move,
    note,

    async readThread(thread) {
      const row = await readRow(table, threadKey(thread));
      return row && threadHeadOf(row);
    },

    threads: async (execution) =>
      (await queryAll(executionKey(execution).pk, sortPrefix.thread)).map(threadHeadOf),

    /**
     * One transaction. It succeeds if there is no such request, if the thread's head is the one that was read (or still
     * missing), and if the superseded request still has its version. Asking again changes nothing and returns `exists`.
     */
    async ask(asking) {
      const { request, ledger, supersedes } = asking;
      const result = await writeOutcome(
        transactWriteItems(table.dynamodb, {
          TransactItems: [
            putNewRow(table, requestRow(request, kept)),
            threadAction(asking),
            putNewRow(table, ledgerRow(request, ledger, kept)),
            putRow(table, tokenRow(asking, kept)),
            ...[
              ...(request.status.state === "open" ? assigneeRows(request, kept) : []),
              ...beside(asking),
            ].map((row) => putRow(table, row)),
            ...(supersedes ? actionsOf(supersedes) : []),
          ],
        }),
      );
      if (result.outcome === "written") return "stored";
      return result.outcome === "condition_failed" && result.failed.has(0) ? "exists" : "conflict";
    },

    async openFor(principal, limit) {
      const { Items } = await query(table.dynamodb, {
        TableName,
        IndexName: indexes.byPrincipal,
        KeyConditionExpression: "principal = :principal",
        ExpressionAttributeValues: { ":principal": principal },
        Limit: limit,
      });
      return (Items ?? []).map((row) => requestIdOf(row.pk as string));
    },

    async ofExecution(execution) {
      const ids: FeedbackRequest["id"][] = [];
      for await (const id of requestsUnder(table, executionIndex(execution))) ids.push(id);
      return ids;
    },

    async ledgerEntry(id, n) {
      const row = await readRow(table, ledgerKey(id, n));
      return row && ledgerEntryOf(row);
    },
    ledger: async (id) => (await queryAll(requestKey(id).pk, sortPrefix.ledger)).map(ledgerEntryOf),

    async *touchedBy(principal) {
      for (const name of [principal, askedBeforeIndex(principal), actedIndex(principal)])
        yield* requestsUnder(table, name);
    },

    /** On the condition that the row exists. An erased person's row leaves the index; other rows stay in it. */
    async redact(id, entry) {
      const erased = entry.by !== undefined && isErased(`user/${entry.by.id}`);
      const result = await writeOutcome(
        updateItem(table.dynamodb, {
          TableName,
          Key: ledgerKey(id, entry.n),
          UpdateExpression: `SET #entry = :entry${erased ? " REMOVE principal, askedAt" : ""}`,
          ConditionExpression: "attribute_exists(pk)",
          ExpressionAttributeNames: { "#entry": "entry" },
          ExpressionAttributeValues: { ":entry": JSON.stringify(entry) },
        }),
      );
      if (result.outcome === "contended") throw new Error(`the ledger of ${id} is contended`);
    },

    /** Unconditional: no request names them any more. */
    async release(id, principal) {
      await deleteItem(table.dynamodb, { TableName, Key: assigneeKey(id, principal) });
    },
  };
}
