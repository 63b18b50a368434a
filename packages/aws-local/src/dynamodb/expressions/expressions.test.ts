import fc from "fast-check";
import { expect, it } from "vitest";
import type { AttributeValue } from "../values.ts";
import { type Expressions, expressions } from "./index.ts";
import { isReserved } from "./reserved-words.ts";

const names = { "#a": "a", "#b": "b" };
const values: Record<string, AttributeValue> = {
  ":s": { S: "x" },
  ":n": { N: "1" },
  ":l": { L: [] },
  ":m": { M: {} },
  ":t": { BOOL: true },
  ":ss": { SS: ["x"] },
};

const all = (): Expressions =>
  expressions({ ExpressionAttributeNames: names, ExpressionAttributeValues: values });
const refusal = (code: string, message: string) => expect.objectContaining({ code, message });
const invalid = (message: string) => refusal("ValidationException", message);

it.each([
  ["foo", 'token: "<EOF>", near: "foo"'],
  ["attribute_exists(", 'token: "<EOF>", near: "("'],
  ["attribute_exists()", 'token: ")", near: "()"'],
  ["a AND b = c", 'token: "AND", near: "a AND b"'],
  ["a = = :s", 'token: "=", near: "= = :s"'],
  ["a = b  c", 'token: "c", near: "b  c"'],
  ["a != :s", 'token: "!", near: "a !="'],
  ["a IN ()", 'token: ")", near: "()"'],
  ["a BETWEEN :n", 'token: "<EOF>", near: ":n"'],
  ["_hidden = :s", 'token: "_", near: "_hidden"'],
  ["book-price = :n", 'token: "-", near: "book-price"'],
  ["l[01] = :n", 'token: "1", near: "01]"'],
  ["l[:n] = :n", 'token: ":n", near: "[:n]"'],
  ["hits = : n", 'token: ":", near: "= : n"'],
  ["(a = b", 'token: "<EOF>", near: "b"'],
  ["set = :s", 'token: "set", near: "set ="'],
])("reports where the syntax of the condition %s is wrong", (text, where) => {
  expect(() => all().condition(text, "ConditionExpression")).toThrow(
    invalid(`Invalid ConditionExpression: Syntax error; ${where}`),
  );
});

it.each([
  ["INVALID SYNTAX HERE", 'token: "INVALID", near: "INVALID SYNTAX"'],
  ["SET", 'token: "<EOF>", near: "SET"'],
  ["SET a = :n,", 'token: "<EOF>", near: ","'],
  ["SET a = :n + :n + :n", 'token: "+", near: ":n + :n"'],
  ["SET a = if_not_exists(a, :n + :n)", 'token: "+", near: ":n + :n"'],
  ["SET _123 = :n", 'token: "_", near: "SET _123"'],
  ["SET :n = :n", 'token: ":n", near: "SET :n ="'],
  ["ADD hits : incr", 'token: ":", near: "hits : incr"'],
  ["ADD a b", 'token: "b", near: "a b"'],
  ["REMOVE a, SET b = :n", 'token: "SET", near: ", SET b"'],
])("reports where the syntax of the update %s is wrong", (text, where) => {
  expect(() => all().update(text)).toThrow(invalid(`Invalid UpdateExpression: Syntax error; ${where}`));
});

it.each([
  ["", "The expression can not be empty;"],
  [" \n", "The expression can not be empty;"],
  ["((a = b))", "The expression has redundant parentheses;"],
  ["((a)) = b", "The expression has redundant parentheses;"],
  ["a = ((b))", "The expression has redundant parentheses;"],
  ["(".repeat(4_000), "The expression has redundant parentheses;"],
  ["name = :s", "Attribute name is a reserved keyword; reserved keyword: name"],
  ["a.Status = :s", "Attribute name is a reserved keyword; reserved keyword: Status"],
  ["a[2147483648] = :s", "List index is not within the allowable range; index: [2147483648]"],
  ["dog(a)", "Invalid function name; function: dog"],
  ["SIZE(a) = :n", "Invalid function name; function: SIZE"],
  ["constructor(a)", "Invalid function name; function: constructor"],
  [
    "if_not_exists(a, b) = :n",
    "The function is not allowed in a condition expression; function: if_not_exists",
  ],
  ["size(a)", "The function is not allowed to be used this way in an expression; function: size"],
  ["NOT size(a)", "The function is not allowed to be used this way in an expression; function: size"],
  [
    "attribute_exists(a) = :t",
    "The function is not allowed to be used this way in an expression; function: attribute_exists",
  ],
  [
    "contains(a, begins_with(b, :s))",
    "The function is not allowed to be used this way in an expression; function: begins_with",
  ],
  [
    "size(a, b) = :n",
    "Incorrect number of operands for operator or function; operator or function: size, number of operands: 2",
  ],
  [
    "attribute_exists(:s)",
    "Operator or function requires a document path; operator or function: attribute_exists",
  ],
  ["#c = :s", "An expression attribute name used in the document path is not defined; attribute name: #c"],
  ["a = :c", "An expression attribute value used in expression is not defined; attribute value: :c"],
  ["a < :l", "Incorrect operand type for operator or function; operator or function: <, operand type: L"],
  [
    ":t >= a",
    "Incorrect operand type for operator or function; operator or function: >=, operand type: BOOL",
  ],
  [
    "a BETWEEN :m AND :m",
    "Incorrect operand type for operator or function; operator or function: BETWEEN, operand type: M",
  ],
  [
    "a BETWEEN :s AND :n",
    "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {S:x}, upper bound operand: AttributeValue: {N:1}",
  ],
  [
    "begins_with(a, :n)",
    "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
  ],
  [
    "size(:n) = :n",
    "Incorrect operand type for operator or function; operator or function: size, operand type: N",
  ],
  [
    "attribute_type(a, :n)",
    "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N",
  ],
  [
    "attribute_type(a, b)",
    "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}",
  ],
  [
    "attribute_type(a, :s)",
    "Invalid attribute type name found; type: x, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
  ],
  [
    "a.b[0] = a.b[0]",
    "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a, b, [0]]",
  ],
  [
    "contains(a, #a)",
    "The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [a]",
  ],
  [`a${".a".repeat(32)} = :n`, "The document path has too many nesting levels; nesting levels: 33"],
])("refuses the condition %s", (text, problem) => {
  expect(() => all().condition(text, "ConditionExpression")).toThrow(
    invalid(`Invalid ConditionExpression: ${problem}`),
  );
});

it.each([
  ["SET a = :n SET b = :n", 'The "SET" section can only be used once in an update expression;'],
  ["remove a set b = :n remove c", 'The "REMOVE" section can only be used once in an update expression;'],
  ["SET a = ((b))", "The expression has redundant parentheses;"],
  [`SET a = ${"(".repeat(4_000)}`, "The expression has redundant parentheses;"],
  ["SET order = :n", "Attribute name is a reserved keyword; reserved keyword: order"],
  ["SET a = LIST_APPEND(:l, :l)", "Invalid function name; function: LIST_APPEND"],
  ["SET a = size(b)", "The function is not allowed in an update expression; function: size"],
  [
    "SET a = list_append(list_append(a, b), c)",
    "The function is not allowed to be used this way in an expression; function: list_append",
  ],
  [
    "SET a = list_append(:l)",
    "Incorrect number of operands for operator or function; operator or function: list_append, number of operands: 1",
  ],
  [
    "SET a = if_not_exists(:n, b)",
    "Operator or function requires a document path; operator or function: if_not_exists",
  ],
  [
    "SET a = if_not_exists(if_not_exists(a, b), b)",
    "Operator or function requires a document path; operator or function: if_not_exists",
  ],
  [
    "SET a = b + :s",
    "Incorrect operand type for operator or function; operator or function: +, operand type: S",
  ],
  [
    "SET a = list_append(b, :s)",
    "Incorrect operand type for operator or function; operator or function: list_append, operand type: S",
  ],
  [
    "ADD a :s",
    "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND",
  ],
  [
    "DELETE a :n",
    "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND",
  ],
  [
    "SET a = :n REMOVE #a",
    "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]",
  ],
  [
    "SET a.b.c = :n, a.b[2] = :n",
    "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b, c], path two: [a, b, [2]]",
  ],
])("refuses the update %s", (text, problem) => {
  expect(() => all().update(text)).toThrow(invalid(`Invalid UpdateExpression: ${problem}`));
});

it("accepts 300 operators and functions, 100 alternatives and 4,096 bytes, and no more", () => {
  const condition = (text: string) => () => all().condition(text, "FilterExpression");
  const chain = (tests: number) => Array.from({ length: tests }, () => "a=b").join(" or ");
  expect(condition(chain(150))).not.toThrow();
  expect(condition(chain(151))).toThrow(
    invalid("Invalid FilterExpression: The expression contains too many operators; operator count: 301"),
  );
  expect(condition(`${"not ".repeat(299)}a=b`)).not.toThrow();
  expect(condition(`a<b ${"or (a<b ".repeat(149)}${")".repeat(149)}`)).not.toThrow();
  const list = (length: number) => `a IN (${Array.from({ length }, (_, at) => `b${at}`).join(",")})`;
  expect(condition(list(100))).not.toThrow();
  expect(condition(list(101))).toThrow(
    invalid(
      "Invalid FilterExpression: The IN operator is provided with too many operands; number of operands: 101",
    ),
  );
  const long = (bytes: number) => `attribute_exists(é${"x".repeat(bytes)})`;
  expect(condition(`attribute_exists(${"x".repeat(4_096 - 18)})`)).not.toThrow();
  expect(condition(long(4_096 - 19))).toThrow(
    invalid(
      "Invalid FilterExpression: Expression size has exceeded the maximum allowed size; expression size: 4097",
    ),
  );
});

it("recognizes the reserved words in any case", () => {
  expect(["ttl", "Zone", "abort", "SIZE"].every(isReserved)).toBe(true);
  expect(["pk", "due", "tt", "zones", ""].some(isReserved)).toBe(false);
});

it.each<[string, object, string]>([
  [
    "a name without its sign",
    { ExpressionAttributeNames: { a: "a" } },
    'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"',
  ],
  [
    "a name that is a sign alone",
    { ExpressionAttributeNames: { "#": "a" } },
    'ExpressionAttributeNames contains invalid key: Syntax error; key: "#"',
  ],
  [
    "a value with a dash",
    { ExpressionAttributeValues: { ":a-b": { S: "" } } },
    'ExpressionAttributeValues contains invalid key: Syntax error; key: ":a-b"',
  ],
  ["no names", { ExpressionAttributeNames: {} }, "ExpressionAttributeNames must not be empty"],
  ["no values", { ExpressionAttributeValues: {} }, "ExpressionAttributeValues must not be empty"],
  [
    "a name for nothing",
    { ExpressionAttributeNames: { "#a": "" } },
    "ExpressionAttributeNames contains invalid value: Attribute name must not be empty for key #a",
  ],
  [
    "a name of 64 KB",
    { ExpressionAttributeNames: { "#a": "x".repeat(65_536) } },
    "ExpressionAttributeNames contains invalid value: Attribute name is too large, must be less than 65536 bytes for key #a",
  ],
  [
    "an empty set",
    { ExpressionAttributeValues: { ":a": { SS: [] } } },
    "ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: An string set  may not be empty for key :a",
  ],
])("refuses %s with the first expression", (_, input, message) => {
  expect(() => expressions(input).condition("attribute_exists(pk)", "ConditionExpression")).toThrow(
    invalid(message),
  );
});

it("refuses names and values that no expression uses, or that come without any", () => {
  const one = all();
  one.condition("#a = :s", "ConditionExpression");
  expect(() => one.finish()).toThrow(
    invalid("Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}"),
  );
  one.update("SET #b = :n, c = list_append(:l, d), e = :m ADD f :ss");
  expect(() => one.finish()).toThrow(
    invalid("Value provided in ExpressionAttributeValues unused in expressions: keys: {:t}"),
  );
  one.projection("#a.#b");
  one.condition("g = :t", "FilterExpression");
  expect(() => one.finish()).not.toThrow();

  expect(() => all().finish()).toThrow(
    invalid("ExpressionAttributeNames can only be specified when using expressions"),
  );
  const projecting = expressions({ ExpressionAttributeValues: values });
  projecting.projection("a");
  expect(() => projecting.finish(["UpdateExpression", "ConditionExpression"])).toThrow(
    invalid(
      "ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and ConditionExpression are null",
    ),
  );
  expect(() => projecting.finish(["FilterExpression"])).toThrow(
    "ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null",
  );
  expect(() => expressions({}).finish()).not.toThrow();
});

it("puts each request's names and values into a text that was parsed before", () => {
  const test = (name: string, value: string) =>
    expressions({
      ExpressionAttributeNames: { "#x": name },
      ExpressionAttributeValues: { ":x": { S: value } },
    })
      .condition("#x = :x", "ConditionExpression")
      .test({ a: { S: "1" }, b: { S: "2" } });
  expect([test("a", "1"), test("b", "1"), test("b", "2"), test("a", "2")]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect(() => expressions({}).condition("#x = :x", "FilterExpression")).toThrow("attribute name: #x");
});

it("refuses any text with a message, and never throws another error", () => {
  const word = fc.constantFrom(
    ..."a b #a #c :s :n :c ( ( ) ) [ ] 0 1 . , = <> < >= + - AND OR NOT IN BETWEEN SET REMOVE ADD DELETE size".split(
      " ",
    ),
    ..."attribute_exists contains if_not_exists list_append name ! _ :".split(" "),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 14 }), (words) => {
      const text = words.join(" ");
      for (const parse of [
        () => all().condition(text, "ConditionExpression"),
        () => all().keyCondition(text),
        () => all().update(text),
        () => all().projection(text),
      ]) {
        try {
          parse();
        } catch (cause) {
          expect(cause).toMatchObject({ code: "ValidationException" });
        }
      }
    }),
    { numRuns: 1_500 },
  );
});
