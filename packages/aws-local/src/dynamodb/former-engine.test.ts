import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Dynoxide, findDynoxide, startDynoxide } from "../testing/dynoxide.ts";
import { type Answer, type BareEngine, bareEngine, wideTable } from "../testing/test-engine.ts";

// Random operations, compared with another project's engine. Cases in which it differs from AWS's documents are left
// out: an update that creates an item has no old one, and one that only removes creates none; REMOVE of an element
// needs an existing list, and touches only that element; an update of a key is refused whatever its condition.

const program = findDynoxide();
let other: Dynoxide | undefined;
beforeAll(async () => {
  other = program ? await startDynoxide(program) : undefined;
});
afterAll(() => other?.stop());

interface Operation {
  readonly name: string;
  readonly input: Record<string, unknown>;
}

const TableName = "wide";
const S = (text: string) => ({ S: text });
const N = (number: number) => ({ N: `${number}` });

const pk = fc.constantFrom("a", "b").map(S);
const sk = fc.constantFrom("1", "2", "3", "22").map(S);
const key = fc.record({ pk, sk });
const number = fc.integer({ min: -2, max: 3 }).map(N);
const value = fc.oneof(
  number,
  fc.constantFrom("", "x", "é").map(S),
  fc.constant({ L: [{ N: "1" }, { S: "two" }] }),
  fc.constant({ M: { deep: { N: "1" } } }),
  fc.uniqueArray(fc.constantFrom("p", "q", "r"), { minLength: 1 }).map((SS) => ({ SS })),
);
const item = fc.record(
  {
    pk,
    sk,
    n: number,
    g: fc.constantFrom("g1", "g2").map(S),
    s: fc.constantFrom("s1", "s2").map(S),
    kept: value,
    v: value,
  },
  { requiredKeys: ["pk", "sk"] },
);

const condition = fc.constantFrom<object>(
  {},
  {},
  { ConditionExpression: "attribute_not_exists(pk)" },
  { ConditionExpression: "attribute_exists(n) OR g = :g", ExpressionAttributeValues: { ":g": S("g1") } },
  {
    ConditionExpression: "n BETWEEN :low AND :high",
    ExpressionAttributeValues: { ":low": N(0), ":high": N(2) },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  },
  {
    ConditionExpression: "size(v) > :one AND NOT contains(v, :one)",
    ExpressionAttributeValues: { ":one": N(1) },
  },
);

const update = fc.constantFrom<object>(
  {
    UpdateExpression: "SET n = if_not_exists(n, :zero) + :one",
    ExpressionAttributeValues: { ":zero": N(0), ":one": N(1) },
  },
  { UpdateExpression: "ADD n :one REMOVE g", ExpressionAttributeValues: { ":one": N(1) } },
  { UpdateExpression: "SET g = :g, s = :s", ExpressionAttributeValues: { ":g": S("g2"), ":s": S("s1") } },
  { UpdateExpression: "REMOVE n, s" },
  { UpdateExpression: "SET v = :l", ExpressionAttributeValues: { ":l": { L: [N(1)] } } },
  { UpdateExpression: "SET v = list_append(v, :l)", ExpressionAttributeValues: { ":l": { L: [S("more")] } } },
  { UpdateExpression: "SET v.deep = :one", ExpressionAttributeValues: { ":one": N(1) } },
  {
    UpdateExpression: "REMOVE v[0]",
    ConditionExpression: "attribute_type(v, :t)",
    ExpressionAttributeValues: { ":t": S("L") },
  },
  { UpdateExpression: "ADD v :set", ExpressionAttributeValues: { ":set": { SS: ["p", "z"] } } },
  { UpdateExpression: "DELETE v :set", ExpressionAttributeValues: { ":set": { SS: ["p", "q"] } } },
  { UpdateExpression: "SET n = v", ExpressionAttributeValues: undefined },
);

/** An update with a condition, unless it has one of its own. */
function joined(update: object, more: object): Record<string, unknown> {
  if ("ConditionExpression" in update) return { ...update };
  const [a, b] = [update, more] as { ExpressionAttributeValues?: object }[];
  const values = { ...a?.ExpressionAttributeValues, ...b?.ExpressionAttributeValues };
  const { ExpressionAttributeValues: _, ...rest } = { ...update, ...more } as Record<string, unknown>;
  return Object.keys(values).length > 0 ? { ...rest, ExpressionAttributeValues: values } : rest;
}

const put = fc
  .tuple(item, condition, fc.constantFrom("NONE", "ALL_OLD"))
  .map(([Item, more, ReturnValues]) => ({ Item, ...more, ReturnValues }));
const remove = fc
  .tuple(key, condition, fc.constantFrom("NONE", "ALL_OLD"))
  .map(([Key, more, ReturnValues]) => ({ Key, ...more, ReturnValues }));
const change = fc
  .tuple(key, update, condition, fc.constantFrom("NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"))
  .map(([Key, one, more, returned]) => {
    const ofElement = "UpdateExpression" in one && one.UpdateExpression === "REMOVE v[0]";
    const ReturnValues = ofElement && returned.startsWith("UPDATED") ? "NONE" : returned;
    const removes = "UpdateExpression" in one && /^(?:REMOVE|DELETE)/.test(String(one.UpdateExpression));
    const condition = removes ? { ConditionExpression: "attribute_exists(pk)" } : more;
    return { Key, ...joined(one, condition), ReturnValues };
  });

const index = fc.constantFrom(
  { keyed: "pk", value: S("a"), range: "sk", bound: S("2") },
  { keyed: "pk", value: S("b"), range: "n", bound: N(1), IndexName: "local-n" },
  { keyed: "pk", value: S("a"), range: "s", bound: S("s1"), IndexName: "local-s" },
  { keyed: "g", value: S("g1"), range: "n", bound: N(0), IndexName: "global-gn" },
  { keyed: "g", value: S("g2"), range: undefined, bound: undefined, IndexName: "global-g" },
);
const query = fc
  .record({
    index,
    op: fc.constantFrom("", "=", "<", "<=", ">", ">="),
    filter: fc.boolean(),
    forward: fc.boolean(),
    Limit: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  })
  .map(({ index: { keyed, value, range, bound, ...named }, op, filter, forward, Limit }) => {
    const bounded = op !== "" && range !== undefined;
    return {
      ...named,
      KeyConditionExpression: `${keyed} = :h${bounded ? ` AND ${range} ${op} :r` : ""}`,
      ExpressionAttributeValues: {
        ":h": value,
        ...(bounded ? { ":r": bound } : {}),
        ...(filter ? { ":k": N(0) } : {}),
      },
      ...(filter ? { FilterExpression: "kept >= :k" } : {}),
      ScanIndexForward: forward,
      ...(Limit ? { Limit } : {}),
    };
  });

const withTable = (input: object): Record<string, unknown> => ({ TableName, ...input });
/** As part of a transaction or a batch, where nothing is returned. */
const bare = ({ ReturnValues: _, ...input }: Record<string, unknown>) => withTable(input);

const unique = <T extends object>(all: readonly T[], keyOf: (one: T) => Answer): T[] => [
  ...new Map(all.map((one) => [`${keyOf(one).pk.S} ${keyOf(one).sk.S}`, one])).values(),
];

const action = fc.oneof(
  put.map((input) => ({ Put: bare(input) })),
  remove.map((input) => ({ Delete: bare(input) })),
  change.map((input) => ({ Update: bare(input) })),
);
const keyOfAction = (one: object): Answer => {
  const [input] = Object.values(one) as [{ Key?: object; Item?: object }];
  return input.Key ?? input.Item;
};

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: put.map((input) => ({ name: "PutItem", input: withTable(input) })) },
  { weight: 4, arbitrary: change.map((input) => ({ name: "UpdateItem", input: withTable(input) })) },
  { weight: 1, arbitrary: remove.map((input) => ({ name: "DeleteItem", input: withTable(input) })) },
  { weight: 2, arbitrary: key.map((Key) => ({ name: "GetItem", input: withTable({ Key }) })) },
  { weight: 5, arbitrary: query.map((input) => ({ name: "Query", input: withTable(input) })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<object>({}, { IndexName: "global-gn" }, { IndexName: "local-s" })
      .map((more) => ({
        name: "Scan",
        input: withTable(more),
      })),
  },
  {
    weight: 1,
    arbitrary: fc.array(key, { minLength: 1, maxLength: 5 }).map((keys) => ({
      name: "BatchGetItem",
      input: { RequestItems: { [TableName]: { Keys: unique(keys, (one) => one) } } },
    })),
  },
  {
    weight: 1,
    arbitrary: fc.array(fc.oneof(item, key), { minLength: 1, maxLength: 5 }).map((all) => ({
      name: "BatchWriteItem",
      input: {
        RequestItems: {
          [TableName]: unique(all as { pk: object; sk: object }[], (one) => one).map((one, at) =>
            at % 3 === 2
              ? { DeleteRequest: { Key: { pk: one.pk, sk: one.sk } } }
              : { PutRequest: { Item: one } },
          ),
        },
      },
    })),
  },
  {
    weight: 3,
    arbitrary: fc.array(action, { minLength: 1, maxLength: 4 }).map((all) => ({
      name: "TransactWriteItems",
      input: { TransactItems: unique(all as object[], keyOfAction) },
    })),
  },
  {
    weight: 1,
    arbitrary: fc.array(key, { minLength: 1, maxLength: 4 }).map((keys) => ({
      name: "TransactGetItems",
      input: { TransactItems: unique(keys, (one) => one).map((Key) => ({ Get: withTable({ Key }) })) },
    })),
  },
);

/** Calls an engine and, of a page, all that follow it. */
async function outcomeOf(call: Dynoxide["call"], { name, input }: Operation): Promise<unknown> {
  const pages: unknown[] = [];
  let start: unknown;
  for (let calls = 0; calls < 20; calls++) {
    const asked = { ...input, ...(start ? { ExclusiveStartKey: start } : {}) };
    const { status, body } = await call(`DynamoDB_20120810.${name}`, JSON.stringify(asked));
    const answer = JSON.parse(body);
    if (status !== 200) return failureOf(answer);
    const madeIt = input.ReturnValues === "ALL_OLD" && name === "UpdateItem" && isKey(answer.Attributes);
    pages.push(madeIt ? {} : answerOf(name, answer));
    start = answer.LastEvaluatedKey;
    if (!start) break;
  }
  const index = name === "Query" && indexes.find(({ IndexName }) => IndexName === input.IndexName);
  return index ? indexed(pages as Answer[], index) : pages;
}

const indexes = [...wideTable.LocalSecondaryIndexes, ...wideTable.GlobalSecondaryIndexes];

/** Pages of an index, in which rows of one key of the index may come in any order. */
function indexed(pages: readonly Answer[], { KeySchema }: (typeof indexes)[number]): object {
  const runs: { key: string; rows: string[] }[] = [];
  for (const row of pages.flatMap(({ Items }) => Items)) {
    const key = JSON.stringify(KeySchema.map(({ AttributeName }) => row[AttributeName]));
    if (runs.at(-1)?.key !== key) runs.push({ key, rows: [] });
    runs.at(-1)!.rows.push(JSON.stringify(row));
  }
  return {
    scanned: pages.map(({ ScannedCount }) => ScannedCount),
    rows: runs.map(({ rows }) => rows.sort()),
  };
}

const isKey = (item: object | undefined): boolean =>
  item !== undefined && Object.keys(item).sort().join() === "pk,sk";

function failureOf({ __type, CancellationReasons, Item }: Answer): object {
  return {
    name: __type.split("#").at(-1),
    ...(CancellationReasons
      ? {
          reasons: CancellationReasons.map((one: Answer) => ({
            code: one.Code ?? "None",
            item: ordered(one.Item ?? {}),
          })),
        }
      : {}),
    ...(Item ? { item: ordered(Item) } : {}),
  };
}

/** An answer without the parts that each engine may order or leave out. */
function answerOf(name: string, answer: Answer): unknown {
  const { UnprocessedKeys: _, UnprocessedItems: __, LastEvaluatedKey: ___, ...rest } = answer;
  if (name === "Scan") return { ...rest, Items: sorted(rest.Items) };
  if (name === "BatchGetItem") return sorted(rest.Responses[TableName] ?? []);
  return ordered(rest);
}

const sorted = (items: unknown[]): unknown[] =>
  items.map(ordered).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** Sets and the members of maps in one order. */
function ordered(json: Answer): Answer {
  if (Array.isArray(json)) return json.map(ordered);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(
    Object.keys(json)
      .sort()
      .map((name) => [name, name === "SS" ? [...json[name]].sort() : ordered(json[name])]),
  );
}

async function emptied(engine: BareEngine): Promise<void> {
  for (const call of [engine.dynamodb.call, other!.call]) {
    await call("DynamoDB_20120810.DeleteTable", JSON.stringify({ TableName }));
    const { status, body } = await call("DynamoDB_20120810.CreateTable", JSON.stringify(wideTable));
    if (status !== 200) throw new Error(body);
  }
}

it.runIf(program)("answers random operations as another engine does", async () => {
  const engine = bareEngine();
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 20, maxLength: 40 }), async (operations) => {
      await emptied(engine);
      for (const one of operations) {
        const [ours, theirs] = [
          await outcomeOf(engine.dynamodb.call, one),
          await outcomeOf(other!.call, one),
        ];
        expect({ one, outcome: ours }).toEqual({ one, outcome: theirs });
      }
    }),
    { numRuns: 40, interruptAfterTimeLimit: 8_000 },
  );
});
