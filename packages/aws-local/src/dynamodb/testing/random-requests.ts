import fc from "fast-check";
import type { AttributeValue, Item } from "../values.ts";

/** A part of an expression: literal text, an attribute's name, or a value. */
type Piece = string | { readonly name: string } | { readonly value: AttributeValue };

/** An expression without placeholders yet, so that several can share those of one request. */
export type RandomExpression = readonly Piece[];

/** The expressions of one request, as they are sent. */
export interface Rendered {
  readonly texts: readonly string[];
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue>;
}

/** Few names, so that expressions often match an item's attributes. Some are reserved, one needs a placeholder. */
const NAMES = ["a", "b", "c", "d", "e", "name", "size", "x.y"];
const NUMBERS = [
  "0",
  "1",
  "-1",
  "2",
  "3",
  "10",
  "0.5",
  "-2.25",
  "1E3",
  "12345678901234567890",
  "0.000001",
  "+7.0",
];
const TEXTS = ["", "a", "ab", "abc", "b", "B", "S", "N", "é", "ﬀ", "😀"];
const BINARIES = ["", "AA==", "AAE=", "AAEC", "/w=="];

const oneOf = fc.constantFrom;
const text = oneOf(...TEXTS);
const number = oneOf(...NUMBERS);
const binary = oneOf(...BINARIES);
const setOf = (elements: fc.Arbitrary<string>) => fc.uniqueArray(elements, { minLength: 1, maxLength: 4 });
const distinctNumbers = oneOf(...NUMBERS.slice(0, 8));

/** Values of every type, at most three levels deep. */
export const randomValue: fc.Arbitrary<AttributeValue> = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, depthSize: "small" },
    { weight: 3, arbitrary: number.map((N) => ({ N })) },
    { weight: 3, arbitrary: text.map((S) => ({ S })) },
    binary.map((B) => ({ B })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true as const }),
    setOf(text).map((SS) => ({ SS })),
    setOf(distinctNumbers).map((NS) => ({ NS })),
    setOf(binary).map((BS) => ({ BS })),
    { weight: 2, arbitrary: fc.array(tie("value"), { maxLength: 3 }).map((L) => ({ L })) },
    {
      weight: 2,
      arbitrary: fc.dictionary(oneOf(...NAMES), tie("value"), { maxKeys: 3 }).map((M) => ({ M: { ...M } })),
    },
  ),
})).value;

/** Attributes without a key; callers add one if they need it. */
export const randomItem: fc.Arbitrary<Item> = fc
  .dictionary(oneOf(...NAMES), randomValue, { minKeys: 1, maxKeys: 6 })
  .map((item) => ({ ...item }));

const named = (name: string, placed: boolean): Piece => (placed || !/^[a-e]$/.test(name) ? { name } : name);
const step = fc.tuple(oneOf(...NAMES), fc.boolean()).map(([name, placed]) => named(name, placed));

const path: fc.Arbitrary<RandomExpression> = fc
  .tuple(
    step,
    fc.array(
      fc.oneof(
        step.map((name): RandomExpression => [".", name]),
        fc.nat(4).map((index): RandomExpression => [`[${index}]`]),
      ),
      { maxLength: 2 },
    ),
    fc.nat(2),
  )
  .map(([head, steps, isLong]) => [head, ...(isLong === 0 ? steps.flat() : [])]);

const value = randomValue.map((given): RandomExpression => [{ value: given }]);
const call = (name: string, ...operands: readonly RandomExpression[]): RandomExpression => [
  `${name}(`,
  ...operands.flatMap((operand, at) => (at === 0 ? operand : [", ", ...operand])),
  ")",
];
const operand = fc.oneof(
  { weight: 3, arbitrary: path },
  { weight: 3, arbitrary: value },
  path.map((of) => call("size", of)),
);
const typeName = oneOf("S", "N", "B", "SS", "NS", "BS", "M", "L", "BOOL", "NULL", "X").map(
  (S): RandomExpression => [{ value: { S } }],
);

const comparison = fc
  .tuple(operand, oneOf("=", "<>", "<", "<=", ">", ">="), operand)
  .map(([left, comparator, right]): RandomExpression => [...left, ` ${comparator} `, ...right]);
const between = fc
  .tuple(operand, oneOf(" BETWEEN ", " between "), operand, operand)
  .map(([of, word, low, high]): RandomExpression => [...of, word, ...low, " AND ", ...high]);
const alternatives = fc
  .tuple(operand, fc.array(operand, { minLength: 1, maxLength: 3 }))
  .map(([of, list]): RandomExpression => [...of, " ", ...call("IN ", ...list)]);
const test = fc.oneof(
  fc.tuple(oneOf("attribute_exists", "attribute_not_exists"), path).map(([name, of]) => call(name, of)),
  fc.tuple(path, typeName).map(([of, type]) => call("attribute_type", of, type)),
  fc.tuple(oneOf("begins_with", "contains"), operand, operand).map(([name, a, b]) => call(name, a, b)),
);

/** Conditions and filters; some are refused for their operands. */
export const randomCondition: fc.Arbitrary<RandomExpression> = fc.letrec<{ condition: RandomExpression }>(
  (tie) => ({
    condition: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      { weight: 3, arbitrary: comparison },
      { weight: 3, arbitrary: test },
      between,
      alternatives,
      tie("condition").map((of): RandomExpression => ["NOT ", ...of]),
      fc
        .tuple(tie("condition"), oneOf(" AND ", " OR ", " and ", " Or "), tie("condition"))
        .map(([a, word, b]): RandomExpression => [...a, word, ...b]),
      fc
        .tuple(tie("condition"), oneOf(" AND ", " OR "), tie("condition"))
        .map(([a, word, b]): RandomExpression => ["(", ...a, word, ...b, ")"]),
    ),
  }),
).condition;

/** Mostly values that fit, sometimes any. */
const fitting = (values: fc.Arbitrary<AttributeValue>): fc.Arbitrary<RandomExpression> =>
  fc.oneof(
    { weight: 9, arbitrary: values.map((given): RandomExpression => [{ value: given }]) },
    { weight: 1, arbitrary: value },
  );
const numbers = fitting(number.map((N) => ({ N })));
const lists = fitting(fc.array(randomValue, { maxLength: 2 }).map((L) => ({ L })));
const sets = fitting(
  fc.oneof(
    setOf(text).map((SS) => ({ SS })),
    setOf(distinctNumbers).map((NS) => ({ NS })),
    setOf(binary).map((BS) => ({ BS })),
  ),
);
/** A path, or a fallback where there is no value. */
const orElse = (otherwise: fc.Arbitrary<RandomExpression>) =>
  fc.oneof(
    { weight: 1, arbitrary: path },
    {
      weight: 2,
      arbitrary: fc.tuple(path, otherwise).map(([of, instead]) => call("if_not_exists", of, instead)),
    },
  );
const assigned = fc.oneof(
  { weight: 3, arbitrary: value },
  orElse(fc.oneof(value, orElse(value))),
  fc.tuple(fc.oneof(lists, orElse(lists)), lists).map(([a, b]) => call("list_append", a, b)),
  fc.tuple(lists, path).map(([a, b]) => call("list_append", a, b)),
  fc
    .tuple(fc.oneof(numbers, orElse(numbers)), oneOf(" + ", " - "), fc.oneof(numbers, orElse(numbers)))
    .map(([a, sign, b]): RandomExpression => [...a, sign, ...b]),
);

const clause = (word: string, actions: fc.Arbitrary<RandomExpression>): fc.Arbitrary<RandomExpression> =>
  fc
    .array(actions, { minLength: 1, maxLength: 3 })
    .map((list) => [`${word} `, ...list.flatMap((action, at) => (at === 0 ? action : [", ", ...action]))]);
const pair = (between: string, right: fc.Arbitrary<RandomExpression>) =>
  fc.tuple(path, right).map(([left, assignedTo]): RandomExpression => [...left, between, ...assignedTo]);

/** Updates of one or two clauses; some are refused for their paths or operands. */
export const randomUpdate: fc.Arbitrary<RandomExpression> = fc
  .tuple(
    fc.shuffledSubarray(["SET", "REMOVE", "ADD", "DELETE"], { minLength: 1, maxLength: 2 }),
    clause("SET", pair(" = ", assigned)),
    clause("REMOVE", path),
    clause("ADD", pair(" ", fc.oneof(numbers, sets))),
    clause("DELETE", pair(" ", sets)),
  )
  .map(
    ([words, ...clauses]): RandomExpression =>
      words.flatMap((word, at) => [at === 0 ? "" : " ", ...clauses.find(([first]) => first === `${word} `)!]),
  );

/** Projections of up to four paths; some overlap or conflict. */
export const randomProjection: fc.Arbitrary<RandomExpression> = fc
  .array(path, { minLength: 1, maxLength: 4 })
  .map((paths) => paths.flatMap((of, at) => (at === 0 ? of : [", ", ...of])));

/** Replaces the names and values of a request's expressions by placeholders; each name always has the same one. */
export function render(...expressions: readonly RandomExpression[]): Rendered {
  const names: Record<string, string> = {};
  const values: Record<string, AttributeValue> = {};
  const renderPiece = (piece: Piece): string => {
    if (typeof piece === "string") return piece;
    if ("value" in piece) {
      const placeholder = `:v${Object.keys(values).length}`;
      values[placeholder] = piece.value;
      return placeholder;
    }
    const placeholder = `#${piece.name.replace(/\W/g, "_")}`;
    names[placeholder] = piece.name;
    return placeholder;
  };
  const texts = expressions.map((pieces) => pieces.map(renderPiece).join(""));
  return {
    texts,
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}
