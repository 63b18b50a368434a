import { paginateQuery, TransactWriteCommand, type TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import type { Channel, ChannelChange, ChannelMeta, ChannelStore, Item } from "@callboard/core";
import { readRows } from "./batches.ts";
import { indexes } from "./definition.ts";
import { channelKey, itemKey, requestKey } from "./keys.ts";
import type { Row, Table } from "./table.ts";
import { writeOutcome } from "./write-outcome.ts";

type Action = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** DynamoDB: actions in one transaction. */
const ACTIONS_A_TRANSACTION = 100;

/**
 * Channels in DynamoDB. An item's value is kept as JSON text: as a map it would be refused when it nests deeper than
 * 32 levels or holds a number beyond DynamoDB's range, and a producer's odd value must not stop a channel.
 */
export function dynamoChannelStore(table: Table): ChannelStore {
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
      const pages = paginateQuery(
        { client: table.documents },
        {
          TableName: table.name,
          IndexName: indexes.byOffset,
          ConsistentRead: true,
          KeyConditionExpression: "pk = :channel AND #offset > :after",
          ExpressionAttributeNames: { "#offset": "offset" },
          ExpressionAttributeValues: { ":channel": channelKey(channel).pk, ":after": after },
        },
      );
      for await (const page of pages)
        for (const row of page.Items ?? []) {
          const item = itemOf(row);
          items.delete(item.key);
          items.set(item.key, item);
        }
      return [...items.values()];
    },

    /**
     * One transaction. It holds if META still has the head and epoch that were read (or still does not exist), if each
     * key still has the offset that was read (or still does not exist), and if the guard's request still has its
     * version. A change whose answer was lost is a conflict when it comes again; the caller reads and finds it done.
     */
    async commit(change) {
      const actions = [
        putMeta(table, change),
        ...change.items.map(({ item, was }) => putItem(table, change.channel, item, was)),
        ...(change.guard ? [checkGuard(table, change.guard)] : []),
      ];
      if (actions.length > ACTIONS_A_TRANSACTION)
        throw new RangeError(`a change of ${change.items.length} items does not fit one transaction`);
      const result = await writeOutcome(
        table.documents.send(new TransactWriteCommand({ TransactItems: actions })),
      );
      if (result.outcome === "written") return "committed";
      const guardAt = change.guard ? actions.length - 1 : -1;
      return result.outcome === "condition_failed" && result.failed.has(guardAt)
        ? "guard_failed"
        : "conflict";
    },
  };
}

function putMeta(table: Table, { channel, before, after }: ChannelChange): Action {
  const Item = { ...channelKey(channel), channel, ...after };
  if (!before)
    return { Put: { TableName: table.name, Item, ConditionExpression: "attribute_not_exists(pk)" } };
  return {
    Put: {
      TableName: table.name,
      Item,
      ConditionExpression: "head = :head AND epoch = :epoch",
      ExpressionAttributeValues: { ":head": before.head, ":epoch": before.epoch },
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

function metaOf(row: Row): ChannelMeta {
  const { pk: _pk, sk: _sk, channel: _channel, ...meta } = row;
  return meta as unknown as ChannelMeta;
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
