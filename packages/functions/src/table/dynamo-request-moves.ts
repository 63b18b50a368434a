import {
  type FeedbackRequest,
  noteOn,
  type RequestStore,
  type TokenVault,
  type Transition,
} from "@callboard/core";
import type { Principal } from "@callboard/protocol";
import { putItem, type TransactWrite, transactWriteItems } from "../aws/dynamodb/dynamodb.ts";
import { readRow, readRows } from "./batches.ts";
import { TTL } from "./definition.ts";
import type { expireTogether } from "./expire-together.ts";
import { assigneeKey, requestKey, tokenKey } from "./keys.ts";
import { type Lifetimes, lifetimes } from "./lifetimes.ts";
import { assigneeRows, formerRow, ledgerRow, requestOf, requestRow } from "./request-rows.ts";
import type { Row, Table } from "./table.ts";
import { writeOutcome } from "./write-outcome.ts";

/** One write of a transaction. */
export type Action = TransactWrite;

/** Each move removes the rows of former assignees, so only those of the last reassignment can be left. */
const MAX_FORMER = 40;
const MAX_TRIES = 10;
const FIRST_PAUSE_MS = 10;
const MAX_PAUSE_MS = 200;

/** A request's state changes, with writes that a transaction about something else may include. */
export interface RequestMoves extends Pick<RequestStore, "read" | "move" | "note"> {
  actionsOf(transition: Transition): Action[];
}

export const putRow = (table: Table, row: Row): Action => ({ Put: { TableName: table.name, Item: row } });

export const putNewRow = (table: Table, row: Row): Action => ({
  Put: { TableName: table.name, Item: row, ConditionExpression: "attribute_not_exists(pk)" },
});

/**
 * Reads and changes of feedback requests in DynamoDB: all that the relay needs. `end` sets the expiry of a closed
 * request's rows; functions that announce have it, and without it none may note an announcement.
 */
export function requestMoves(
  table: Table,
  { kept = lifetimes(table), end }: { readonly kept?: Lifetimes; readonly end?: typeof expireTogether } = {},
): RequestMoves {
  const TableName = table.name;
  const put = (row: Row) => putRow(table, row);

  async function read(id: FeedbackRequest["id"]): Promise<FeedbackRequest | undefined> {
    const row = await readRow(table, requestKey(id));
    return row && requestOf(row);
  }

  /**
   * The first action writes the request itself, on the condition that it still has the version `from`. Only open requests
   * have assignee rows.
   */
  function actionsOf({ from, request, ledger }: Transition): Action[] {
    const open = request.status.state === "open";
    const former = (request.formerAssignees ?? [])
      .filter((one) => !request.assignees.includes(one))
      .slice(-MAX_FORMER);
    const gone = new Set(open ? former : [...request.assignees, ...former]);
    const leave = (principal: Principal): Action => {
      const row = formerRow(request, principal, kept);
      return row ? put(row) : { Delete: { TableName, Key: assigneeKey(request.id, principal) } };
    };
    return [
      {
        Put: {
          TableName,
          Item: requestRow(request, kept),
          ConditionExpression: "version = :from",
          ExpressionAttributeValues: { ":from": from },
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        },
      },
      ...(ledger ? [putNewRow(table, ledgerRow(request, ledger, kept))] : []),
      ...(open ? assigneeRows(request, kept).map(put) : []),
      ...[...gone].map(leave),
    ];
  }

  return {
    read,
    actionsOf,

    /**
     * One transaction. It succeeds if the request still has the version `from`; otherwise the stored row is returned, so
     * the loser needs no second read.
     */
    async move(transition) {
      const actions = actionsOf(transition);
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const result = await writeOutcome(transactWriteItems(table.dynamodb, { TransactItems: actions }));
        if (result.outcome === "written") return { won: true };
        if (result.outcome === "condition_failed") {
          if (!result.failed.has(0)) throw new Error(`the ledger of ${transition.request.id} is ahead of it`);
          const row = result.failed.get(0);
          return { won: false, current: row && requestOf(row) };
        }
        await table.clock.wait(pauseMs(tries));
        const current = await read(transition.request.id);
        if (current?.version !== transition.from) return { won: false, current };
      }
      throw new Error(`request ${transition.request.id} is contended`);
    },

    /**
     * Puts the row on the condition that every field which notes change is as it was assumed; otherwise the note is made
     * again on the stored row. So `due` always fits its request, and making a note twice changes nothing. All rows of a
     * closed request get their expiry before it is noted as announced: after a crash in between, both steps are repeated.
     */
    async note(request, note) {
      if (note.announced !== undefined) {
        if (!end) throw new Error("this function announces no requests");
        await end(table, request, kept.request(request)[TTL]);
      }
      let assumed = request;
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const result = await writeOutcome(
          putItem(table.dynamodb, {
            TableName,
            Item: requestRow(noteOn(assumed, note), kept),
            ...asAssumed(assumed),
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
        );
        if (result.outcome === "written") return true;
        if (result.outcome === "contended") await table.clock.wait(pauseMs(tries));
        else {
          const row = result.failed.get(0);
          if (row?.version !== request.version) return false;
          assumed = requestOf(row);
        }
      }
      throw new Error(`request ${request.id} is contended`);
    },
  };
}

/** Task tokens in DynamoDB; the request store writes each with its request. */
export function dynamoTokenVault(table: Table): TokenVault {
  return {
    async open(id) {
      const rows = await readRows(table, [requestKey(id), tokenKey(id)]);
      const request = rows.find((row) => row.pk === requestKey(id).pk);
      const token = rows.find((row) => row.pk === tokenKey(id).pk)?.token as string | undefined;
      return request && token !== undefined ? { request: requestOf(request), taskToken: token } : undefined;
    },
  };
}

const pauseMs = (tries: number): number => Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries);

/**
 * The condition that a request is still as it was read, in every field that changes; undefined means that the field is
 * missing.
 */
function asAssumed({ version, announced, published, probeAt, notifyAt, status }: FeedbackRequest) {
  const relayAt = status.state === "answered" ? status.relayAt : undefined;
  const assumed = Object.entries({ version, announced, published, probeAt, notifyAt, relayAt });
  return {
    ConditionExpression: assumed
      .map(([name, value]) => (value === undefined ? `attribute_not_exists(${name})` : `${name} = :${name}`))
      .join(" AND "),
    ExpressionAttributeValues: Object.fromEntries(assumed.map(([name, value]) => [`:${name}`, value])),
  };
}
