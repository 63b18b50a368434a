import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Dynoxide, findDynoxide, startDynoxide } from "../../testing/dynoxide.ts";
import {
  type RandomExpression,
  randomCondition,
  randomItem,
  randomProjection,
  randomUpdate,
  render,
} from "../testing/random-requests.ts";
import { equalValues, type Item, readItem } from "../values.ts";
import { type Expressions, expressions } from "./index.ts";

/**
 * Random expressions over random items, evaluated here and by the former engine. Whatever both accept must come out
 * alike. They differ in what they refuse, and then AWS's documents and the service win:
 * - the former engine does not refuse a constant that can never be compared (`:list < size(a)`, `begins_with(:n, a)`);
 * - it does not refuse a projection of `a.b` and `a[0]` together;
 * - it ignores `REMOVE a.b` where there is no `a`.
 * It refuses nothing that is accepted here.
 *
 * Past the end of a list they differ, too: there `ADD l[5] :one` fills up with nulls, where SET appends by the
 * documents; and UPDATED_OLD answers an element or an empty list for `l[5]`, where a projection answers nothing.
 */
const RUNS = { numRuns: 80, seed: 20_120_810 };
/** Of the random updates, most are refused for a missing path or a wrong type. */
const MIN_COMPARED = 15;
const TABLE = "random";
const KEY = { pk: { S: "k" } };

const program = findDynoxide();
let former: Dynoxide | undefined;
/** How often both accepted, of the last test's runs. */
let compared = 0;

beforeAll(async () => {
  if (!program) return;
  former = await startDynoxide(program);
  await call("CreateTable", {
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
  });
});

beforeEach(() => {
  compared = 0;
});

afterAll(() => former?.stop());

async function call(operation: string, input: object) {
  const asked = JSON.stringify({ TableName: TABLE, ...input });
  const answer = await former!.call(`DynamoDB_20120810.${operation}`, asked);
  const body = JSON.parse(answer.body) as { __type?: string; Attributes?: Item; Item?: Item };
  return {
    isRefused: body.__type?.endsWith("ValidationException") ?? false,
    ok: answer.status === 200,
    body,
  };
}

/** The results of both for an expression and an item; undefined if one refuses it that may. */
async function compare<T>(
  given: Item,
  expression: RandomExpression,
  evaluateHere: (all: Expressions, text: string, item: Item) => T,
  evaluateThere: (text: string, placeholders: object, item: Item) => Promise<T | "refused">,
): Promise<{ here: T; there: T } | undefined> {
  const item = { ...KEY, ...given };
  const { texts, ...placeholders } = render(expression);
  expect((await call("PutItem", { Item: item })).ok).toBe(true);
  const there = await evaluateThere(texts[0]!, placeholders, item);
  let here: T;
  try {
    const all = expressions(placeholders);
    here = evaluateHere(all, texts[0]!, readItem(item));
    all.finish();
  } catch (cause) {
    expect(cause).toMatchObject({ code: "ValidationException" });
    return undefined;
  }
  compared++;
  if (there === "refused") throw new Error(`refused by the former engine: ${texts[0]}`);
  return { here, there };
}

const expectSame = (here: Item, there: Item) =>
  expect(equalValues({ M: here }, { M: readItem(there) }), JSON.stringify({ here, there })).toBe(true);

it.runIf(program)("finds conditions true where the former engine does", async () => {
  await fc.assert(
    fc.asyncProperty(randomItem, randomCondition, async (given, expression) => {
      const both = await compare(
        given,
        expression,
        (all, text, item) => all.condition(text, "ConditionExpression").test(item),
        async (ConditionExpression, placeholders, Item) => {
          const { isRefused, ok } = await call("PutItem", { Item, ConditionExpression, ...placeholders });
          return isRefused ? "refused" : ok;
        },
      );
      if (both) expect(both.here).toBe(both.there);
    }),
    RUNS,
  );
  expect(compared).toBeGreaterThan(MIN_COMPARED);
});

it.runIf(program)("updates items as the former engine does, and answers the same parts of them", async () => {
  await fc.assert(
    fc.asyncProperty(randomItem, randomUpdate, async (given, expression) => {
      const both = await compare(
        given,
        expression,
        (all, text, item) => {
          const update = all.update(text);
          return { after: update.apply(item), touched: update.touched(item) };
        },
        async (UpdateExpression, placeholders) => {
          const update = { Key: KEY, UpdateExpression, ...placeholders, ReturnValues: "UPDATED_OLD" };
          const { isRefused, body } = await call("UpdateItem", update);
          if (isRefused) return "refused";
          const after = await call("GetItem", { Key: KEY, ConsistentRead: true });
          return { after: after.body.Item!, touched: body.Attributes ?? {} };
        },
      );
      if (!both) return;
      const hasPositions = expression.some((piece) => typeof piece === "string" && piece.startsWith("["));
      if (!(hasPositions && expression.includes("ADD "))) expectSame(both.here.after, both.there.after);
      if (!hasPositions) expectSame(both.here.touched, both.there.touched);
    }),
    RUNS,
  );
  expect(compared).toBeGreaterThan(MIN_COMPARED);
});

it.runIf(program)("projects items as the former engine does", async () => {
  await fc.assert(
    fc.asyncProperty(randomItem, randomProjection, async (given, expression) => {
      const both = await compare(
        given,
        expression,
        (all, text, item) => all.projection(text).of(item),
        async (ProjectionExpression, placeholders) => {
          const { isRefused, body } = await call("GetItem", {
            Key: KEY,
            ProjectionExpression,
            ...placeholders,
          });
          return isRefused ? "refused" : (body.Item ?? {});
        },
      );
      if (both) expectSame(both.here, both.there);
    }),
    RUNS,
  );
  expect(compared).toBeGreaterThan(MIN_COMPARED);
});
