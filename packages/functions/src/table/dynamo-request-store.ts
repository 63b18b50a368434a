import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import {
  type Asking,
  type FeedbackRequest,
  isErased,
  type Principal,
  type RequestStore,
  type Transition,
} from "@callboard/core";
import { indexes, TTL } from "./definition.ts";
import { expireTogether } from "./expire-together.ts";
import {
  ASKED,
  actedIndex,
  askedBeforeIndex,
  assigneeKey,
  executionKey,
  LEDGER,
  ledgerKey,
  requestIdOf,
  requestKey,
  THREAD,
  threadKey,
} from "./keys.ts";
import { lifetimes } from "./lifetimes.ts";
import { queryPrefix } from "./query-prefix.ts";
import {
  askedRow,
  assigneeRows,
  formerRow,
  ledgerEntryOf,
  ledgerRow,
  noteOn,
  requestOf,
  requestRow,
  threadHeadOf,
  threadRow,
  tokenRow,
} from "./request-rows.ts";
import { requestsUnder } from "./requests-under.ts";
import type { Row, Table } from "./table.ts";
import { writeOutcome } from "./write-outcome.ts";

type Action = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** Each move removes the rows of former assignees: only those of the last reassignment can be left. */
const MOST_FORMER = 40;
const MOST_TRIES = 10;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 200;

/** Feedback requests in DynamoDB, with their assignees, ledger, token and thread heads. */
export function dynamoRequestStore(table: Table): RequestStore {
  const TableName = table.name;
  const kept = lifetimes(table);
  const put = (row: Row): Action => ({ Put: { TableName, Item: row } });
  const putNew = (row: Row): Action => ({
    Put: { TableName, Item: row, ConditionExpression: "attribute_not_exists(pk)" },
  });

  async function read(id: FeedbackRequest["id"]): Promise<FeedbackRequest | undefined> {
    const { Item } = await table.documents.send(
      new GetCommand({ TableName, Key: requestKey(id), ConsistentRead: true }),
    );
    return Item && requestOf(Item);
  }

  const queryAll = (pk: string, prefix: string) => queryPrefix(table, pk, prefix);

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
      ...(ledger ? [putNew(ledgerRow(request, ledger, kept))] : []),
      ...(open ? assigneeRows(request, kept).map(put) : []),
      ...[...gone].map(leave),
    ];
  }

  /** The thread's head is replaced, or checked when it stays; either way it must be as it was read. */
  function threadAction({ request, thread: { before, after } }: Asking): Action {
    const unchanged = before
      ? { ConditionExpression: "requestId = :was", ExpressionAttributeValues: { ":was": before.requestId } }
      : { ConditionExpression: "attribute_not_exists(pk)" };
    if (after) return { Put: { TableName, Item: threadRow(after, request, kept), ...unchanged } };
    return {
      ConditionCheck: { TableName, Key: threadKey(request.execution, request.thread), ...unchanged },
    };
  }

  return {
    read,

    async readThread(execution, thread) {
      const { Item } = await table.documents.send(
        new GetCommand({ TableName, Key: threadKey(execution, thread), ConsistentRead: true }),
      );
      return Item && threadHeadOf(Item);
    },

    threads: async (execution) => (await queryAll(executionKey(execution).pk, THREAD)).map(threadHeadOf),

    /**
     * One transaction. It holds if there is no such request, if the thread's head is the one that was read (or still
     * none), and if the superseded request still has its version. Asking again changes nothing and answers `exists`.
     */
    async ask(asking) {
      const { request, ledger, supersedes } = asking;
      const result = await writeOutcome(
        table.documents.send(
          new TransactWriteCommand({
            TransactItems: [
              putNew(requestRow(request, kept)),
              threadAction(asking),
              putNew(ledgerRow(request, ledger, kept)),
              put(tokenRow(asking, kept)),
              put(askedRow(request, kept)),
              ...(request.status.state === "open" ? assigneeRows(request, kept).map(put) : []),
              ...(supersedes ? actionsOf(supersedes) : []),
            ],
          }),
        ),
      );
      if (result.outcome === "written") return "stored";
      return result.outcome === "condition_failed" && result.failed.has(0) ? "exists" : "conflict";
    },

    /**
     * One transaction. It holds if the request still has the version `from`; the row that stands otherwise comes back
     * with the failure, so that the loser needs no second read.
     */
    async move(transition) {
      const actions = actionsOf(transition);
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const result = await writeOutcome(
          table.documents.send(new TransactWriteCommand({ TransactItems: actions })),
        );
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
     * Puts the row on the condition that version, announcement, probe and relay are as assumed; when they are not, the
     * row that stands comes back and the note is made on that. So `due` always belongs to the request that it stands
     * beside, and making a note twice changes nothing. Before a closed request is noted as told, all its rows get
     * the time of its end: whoever dies in between is told to do both again.
     */
    async note(request, note) {
      if (note.announced !== undefined) await expireTogether(table, request, kept.request(request)[TTL]);
      let assumed = request;
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const result = await writeOutcome(
          table.documents.send(
            new PutCommand({
              TableName,
              Item: requestRow(noteOn(assumed, note), kept),
              ...asAssumed(assumed),
              ReturnValuesOnConditionCheckFailure: "ALL_OLD",
            }),
          ),
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

    async openFor(principal, limit) {
      const { Items } = await table.documents.send(
        new QueryCommand({
          TableName,
          IndexName: indexes.byPrincipal,
          KeyConditionExpression: "principal = :principal",
          ExpressionAttributeValues: { ":principal": principal },
          Limit: limit,
        }),
      );
      return (Items ?? []).map((row) => requestIdOf(row.pk as string));
    },

    async ofExecution(execution) {
      const rows = await queryAll(executionKey(execution).pk, ASKED);
      return rows.map((row) => row.requestId as FeedbackRequest["id"]);
    },

    ledger: async (id) => (await queryAll(requestKey(id).pk, LEDGER)).map(ledgerEntryOf),

    async *touchedBy(principal) {
      for (const name of [principal, askedBeforeIndex(principal), actedIndex(principal)])
        yield* requestsUnder(table, name);
    },

    /** On the condition that the row exists. Somebody who was erased is found by nothing, others as before. */
    async redact(id, entry) {
      const erased = entry.by !== undefined && isErased(`user/${entry.by.id}`);
      const result = await writeOutcome(
        table.documents.send(
          new UpdateCommand({
            TableName,
            Key: ledgerKey(id, entry.n),
            UpdateExpression: `SET #entry = :entry${erased ? " REMOVE principal, askedAt" : ""}`,
            ConditionExpression: "attribute_exists(pk)",
            ExpressionAttributeNames: { "#entry": "entry" },
            ExpressionAttributeValues: { ":entry": JSON.stringify(entry) },
          }),
        ),
      );
      if (result.outcome === "contended") throw new Error(`the ledger of ${id} is contended`);
    },

    /** Unconditional: a request no longer names them by now. */
    async release(id, principal) {
      await table.documents.send(new DeleteCommand({ TableName, Key: assigneeKey(id, principal) }));
    },
  };
}

const pauseMs = (tries: number): number => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries);

/** The condition that a request still is, in all that changes, as it was read. */
function asAssumed({ version, announced, probeAt, status }: FeedbackRequest) {
  const answered = status.state === "answered";
  return {
    ConditionExpression: `version = :version AND announced = :announced AND probeAt = :probeAt AND ${
      answered ? "relayAt = :relayAt" : "attribute_not_exists(relayAt)"
    }`,
    ExpressionAttributeValues: {
      ":version": version,
      ":announced": announced,
      ":probeAt": probeAt,
      ...(answered ? { ":relayAt": status.relayAt } : {}),
    },
  };
}
