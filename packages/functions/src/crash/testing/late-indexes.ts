import { indexes } from "../../table/definition.ts";
import type { TableWatch } from "./clients.ts";

type Value = { S?: string; N?: string; BOOL?: boolean };
type Row = Record<string, Value>;
type Change = { readonly key: string; readonly row: Row | undefined };

/** The keys of an index's query: the partition's attribute, and the sort attribute. */
const keysOf: Readonly<Record<string, readonly [string, string]>> = {
  [indexes.due]: ["duePk", "due"],
  [indexes.byConnection]: ["connectionId", "pk"],
  [indexes.byPrincipal]: ["principal", "askedAt"],
};

/**
 * Global indexes with the delay that DynamoDB allows: the first query of a partition after a write does not see it, the
 * next one does. They are built from successful writes to the table; queries of the table itself have no delay.
 */
export function lateIndexes(): TableWatch {
  const views = Object.fromEntries(
    Object.keys(keysOf).map((name) => [name, { rows: new Map<string, Row>(), pending: [] as Change[] }]),
  );

  function query(name: string, input: Record<string, unknown>): object {
    const view = views[name]!;
    const [partition, sort] = keysOf[name]!;
    const given = Object.values(input.ExpressionAttributeValues as Record<string, Value>);
    const wanted = given.find(({ S }) => S !== undefined)?.S;
    const most = given.find(({ N }) => N !== undefined)?.N;
    const found = [...view.rows.values()]
      .filter((row) => row[partition]?.S === wanted)
      .filter((row) => most === undefined || Number(row[sort]?.N) <= Number(most))
      .sort((a, b) => (sortOf(a[sort]) < sortOf(b[sort]) ? -1 : 1));
    const isAsked = ({ key, row }: Change) =>
      [row, view.rows.get(key)].some((one) => one?.[partition]?.S === wanted);
    const seen = view.pending.filter(isAsked);
    view.pending = view.pending.filter((change) => !seen.includes(change));
    for (const { key, row } of seen)
      if (row) view.rows.set(key, row);
      else view.rows.delete(key);
    const Items = found.map(({ pk, sk, ...row }) => ({ pk, sk, [sort]: row[sort] }));
    return { Items, Count: Items.length, ScannedCount: Items.length };
  }

  return {
    answer(operation, input) {
      const name = input.IndexName as string | undefined;
      return operation === "Query" && name !== undefined && keysOf[name] ? query(name, input) : undefined;
    },
    wrote(operation, input) {
      for (const change of changesOf(operation, input)) {
        for (const [name, [partition]] of Object.entries(keysOf)) {
          const row = change.row?.[partition] === undefined ? undefined : change.row;
          views[name]!.pending.push({ key: change.key, row });
        }
      }
    },
  };
}

const sortOf = (value: Value | undefined): number | string =>
  value?.N === undefined ? (value?.S ?? "") : Number(value.N);

const keyOf = (row: Row): string => `${row.pk?.S}\n${row.sk?.S}`;

type Action = { Put?: { Item: Row }; Delete?: { Key: Row } };
type BatchRequest = { PutRequest?: { Item: Row }; DeleteRequest?: { Key: Row } };

/** The rows that a write replaced or removed. Updates change no attribute of an index. */
function changesOf(operation: string, input: Record<string, unknown>): Change[] {
  const put = (row: Row): Change => ({ key: keyOf(row), row });
  const removed = (key: Row): Change => ({ key: keyOf(key), row: undefined });
  switch (operation) {
    case "PutItem":
      return [put(input.Item as Row)];
    case "DeleteItem":
      return [removed(input.Key as Row)];
    case "TransactWriteItems":
      return (input.TransactItems as Action[]).flatMap((action) => [
        ...(action.Put ? [put(action.Put.Item)] : []),
        ...(action.Delete ? [removed(action.Delete.Key)] : []),
      ]);
    case "BatchWriteItem":
      return Object.values(input.RequestItems as Record<string, BatchRequest[]>)
        .flat()
        .flatMap(({ PutRequest, DeleteRequest }) => [
          ...(PutRequest ? [put(PutRequest.Item)] : []),
          ...(DeleteRequest ? [removed(DeleteRequest.Key)] : []),
        ]);
  }
  return [];
}
