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

/** Each move removes the rows of former assignees: only those of the last reassignment can be left. */
const MOST_FORMER = 40;
const MOST_TRIES = 10;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 200;

/** What moves a request on, with the writes that a transaction about something else may take along. */
export interface RequestMoves extends Pick<RequestStore, "read" | "move" | "note"> {
  actionsOf(transition: Transition): Action[];
}

export const putRow = (table: Table, row: Row): Action => ({ Put: { TableName: table.name, Item: row } });

export const putNewRow = (table: Table, row: Row): Action => ({
  Put: { TableName: table.name, Item: row, ConditionExpression: "attribute_not_exists(pk)" },
});

/**
 * Feedback requests in DynamoDB as they are read and moved on: all that the relay needs of them. `end` gives the rows of
 * a closed request their end; whoever announces has it, and without it nobody may note that something was announced.
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
   * The first action is the request itself, under the condition that it still has the version `from`. Only an open
   * request has rows of assignees.
   */
  function actionsOf({ from, request, ledger }: Transition): Action[] {
    const open = request.status.state === "open";
    const former = (request.formerAssignees ?? [])
      .filter((one) => !request.assignees.includes(one))
      .slice(-MOST_FORMER);
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
     * One transaction. It holds if the request still has the version `from`; the row that stands otherwise comes back
     * with the failure, so that the loser needs no second read.
     */
    async move(transition) {
      const actions = actionsOf(transition);
      for (let tries = 0; tries < MOST_TRIES; tries++) {
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
     * Puts the row on the condition that all that notes change is as assumed; when it is not, the row that stands comes
     * back and the note is made on that. So `due` always belongs to the request that it stands beside, and making a note
     * twice changes nothing. Before a closed request is noted as told, all its rows get the time of its end: whoever dies
     * in between is told to do both again.
     */
    async note(request, note) {
      if (note.announced !== undefined) {
        if (!end) throw new Error("this function tells nobody of requests");
        await end(table, request, kept.request(request)[TTL]);
      }
      let assumed = request;
      for (let tries = 0; tries < MOST_TRIES; tries++) {
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

/** Task tokens in DynamoDB; they are written with their request, by the request store. */
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

const pauseMs = (tries: number): number => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries);

/** The condition that a request still is, in all that changes, as it was read; what is undefined is not there. */
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
