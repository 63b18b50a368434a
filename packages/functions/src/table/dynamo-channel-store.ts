import type { ChannelChange, ChannelStore } from "@callboard/core";
import type { Channel, Item } from "@callboard/protocol";
import {
  type TransactWrite,
  transactWriteItems,
  type UpdateItem,
  updateItem,
} from "../aws/dynamodb/dynamodb.ts";
import { readRows } from "./batches.ts";
import { indexes } from "./definition.ts";
import { generations } from "./generations.ts";
import { channelKey, itemKey, requestKey } from "./keys.ts";
import { queryPages } from "./queries.ts";
import type { Row, Table } from "./table.ts";
import { writeOutcome } from "./write-outcome.ts";

type Action = TransactWrite;

/** DynamoDB: actions in one transaction. */
const ACTIONS_A_TRANSACTION = 100;
/** META is in many transactions: a write of its own meets one now and then. */
const MOST_TRIES = 12;
const PAUSE_MS = 5;

/**
 * Channels in DynamoDB. An item's value is kept as JSON text: as a map it would be refused when it nests deeper than
 * 32 levels or holds a number beyond DynamoDB's range, and a producer's odd value must not stop a channel.
 */
export function dynamoChannelStore(table: Table): ChannelStore {
  const { metaOf } = generations(table);
  return {
    async read(channel, keys) {
      const rows = await readRows(table, [channelKey(channel), ...keys.map((key) => itemKey(channel, key))]);
      const meta = rows.find((row) => row.sk === channelKey(channel).sk);
      const items = rows.filter((row) => row !== meta).map(itemOf);
      return { meta: meta && metaOf(meta), items };
    },

    async metas(channels) {
      const rows = await readRows(table, channels.map(channelKey));
      return new Map(rows.map((row) => [row.channel as Channel, metaOf(row)]));
    },

    /**
     * Offsets only rise, and the index is read from low to high: a key that changes between two pages is met again,
     * never missed. The later sight of it counts.
     */
    async since(channel, after) {
      const items = new Map<string, Item>();
      const pages = queryPages(table, {
        IndexName: indexes.byOffset,
        ConsistentRead: true,
        KeyConditionExpression: "pk = :channel AND #offset > :after",
        ExpressionAttributeNames: { "#offset": "offset" },
        ExpressionAttributeValues: { ":channel": channelKey(channel).pk, ":after": after },
      });
      for await (const page of pages)
        for (const row of page) {
          const item = itemOf(row);
          items.delete(item.key);
          items.set(item.key, item);
        }
      return [...items.values()];
    },

    /**
     * One transaction. It holds if META still has the head, epoch, shards and state of pushing that were read (or still
     * does not exist), if each key still has the offset that was read (or still does not exist), and if the guard's
     * request still has its version. A change whose answer was lost is a conflict when it comes again; the caller reads
     * and finds it done.
     */
    async commit(change) {
      const actions = [
        putMeta(table, change),
        ...change.items.map(({ item, was }) => putItem(table, change.channel, item, was)),
        ...(change.forget ?? []).map(({ key, was }) => deleteItem(table, change.channel, key, was)),
        ...(change.guard ? [checkGuard(table, change.guard)] : []),
      ];
      if (actions.length > ACTIONS_A_TRANSACTION)
        throw new RangeError(`a change of ${actions.length} writes does not fit one transaction`);
      const result = await writeOutcome(transactWriteItems(table.dynamodb, { TransactItems: actions }));
      if (result.outcome === "written") return "committed";
      const guardAt = change.guard ? actions.length - 1 : -1;
      return result.outcome === "condition_failed" && result.failed.has(guardAt)
        ? "guard_failed"
        : "conflict";
    },

    /** Of those who hold the promise one gets META; `pushed` becomes whatever the head is at that moment. */
    async flush(channel, flushAt, now) {
      const before = await updateMeta(table, channel, {
        UpdateExpression: "SET pushed = head, pushedAt = :now, flushAt = :none",
        ConditionExpression: "flushAt = :flushAt",
        ExpressionAttributeValues: { ":now": now, ":none": 0, ":flushAt": flushAt },
        ReturnValues: "ALL_OLD",
      });
      return before && metaOf(before);
    },

    /** Once; a change that was decided on fewer shards does not hold. */
    async spread(channel, from, to) {
      await updateMeta(table, channel, {
        UpdateExpression: "SET shards = :to",
        ConditionExpression: "shards = :from",
        ExpressionAttributeValues: { ":from": from, ":to": to },
      });
    },
  };
}

/** Updates META on a condition, around the transactions that it is in; undefined: the condition does not hold. */
async function updateMeta(
  table: Table,
  channel: Channel,
  update: Omit<UpdateItem, "TableName" | "Key">,
): Promise<Row | undefined> {
  let before: Row | undefined;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const input = { TableName: table.name, Key: channelKey(channel), ...update };
    const sent = updateItem(table.dynamodb, input).then(({ Attributes }) => {
      before = Attributes;
    });
    const { outcome } = await writeOutcome(sent);
    if (outcome !== "contended") return before;
    await table.clock.wait(PAUSE_MS * 2 ** Math.min(tries, 5));
  }
  throw new Error("META was in other transactions all the time");
}

function putMeta(table: Table, { channel, before, after }: ChannelChange): Action {
  const { stored, epochsOf } = generations(table);
  const Item = { ...channelKey(channel), channel, ...stored(after) };
  if (!before)
    return { Put: { TableName: table.name, Item, ConditionExpression: "attribute_not_exists(pk)" } };
  const [epoch, earlier] = epochsOf(before.epoch);
  return {
    Put: {
      TableName: table.name,
      Item,
      ConditionExpression:
        "head = :head AND epoch IN (:epoch, :earlier) AND shards = :shards AND pushed = :pushed AND pushedAt = :pushedAt AND flushAt = :flushAt",
      ExpressionAttributeValues: {
        ":head": before.head,
        ":epoch": epoch,
        ":earlier": earlier,
        ":shards": before.shards,
        ":pushed": before.pushed,
        ":pushedAt": before.pushedAt,
        ":flushAt": before.flushAt,
      },
    },
  };
}

function putItem(table: Table, channel: Channel, item: Item, was: number | undefined): Action {
  const Item = { ...itemKey(channel, item.key), ...item, value: JSON.stringify(item.value) };
  if (was === undefined)
    return { Put: { TableName: table.name, Item, ConditionExpression: "attribute_not_exists(pk)" } };
  return {
    Put: {
      TableName: table.name,
      Item,
      ConditionExpression: "#offset = :was",
      ExpressionAttributeNames: { "#offset": "offset" },
      ExpressionAttributeValues: { ":was": was },
    },
  };
}

function deleteItem(table: Table, channel: Channel, key: string, was: number): Action {
  return {
    Delete: {
      TableName: table.name,
      Key: itemKey(channel, key),
      ConditionExpression: "#offset = :was",
      ExpressionAttributeNames: { "#offset": "offset" },
      ExpressionAttributeValues: { ":was": was },
    },
  };
}

function checkGuard(table: Table, guard: NonNullable<ChannelChange["guard"]>): Action {
  return {
    ConditionCheck: {
      TableName: table.name,
      Key: requestKey(guard.request),
      ConditionExpression: "version = :version",
      ExpressionAttributeValues: { ":version": guard.version },
    },
  };
}

function itemOf(row: Row): Item {
  return {
    key: row.key as string,
    value: JSON.parse(row.value as string),
    offset: row.offset as number,
    version: row.version as string,
    at: row.at as number,
  };
}
