import { AwsError } from "../../endpoint/aws-json.ts";
import { bindCondition, type Condition } from "./condition.ts";
import { bindKeyCondition, type KeyCondition } from "./key-condition.ts";
import type { ExpressionName } from "./lexer.ts";
import { type Placeholders, readPlaceholders } from "./placeholders.ts";
import { bindProjection, type Projection } from "./projection.ts";
import { parseCondition, parseProjection, parseUpdate } from "./syntax.ts";
import { bindUpdate, type Update } from "./update.ts";

/** The expressions of one request, which share its names and values. All methods throw `ValidationException`. */
export interface Expressions {
  condition(text: string, of: "ConditionExpression" | "FilterExpression"): Condition;
  update(text: string): Update;
  projection(text: string): Projection;
  keyCondition(text: string): KeyCondition;
  /**
   * Call it after all expressions of the request are parsed: it refuses unused names and values, and those without any
   * expression. `mayUseValues` are the operation's expressions that can use values, for the error message.
   */
  finish(mayUseValues?: readonly ExpressionName[]): void;
}

/** Names and values of a request. */
export interface ExpressionInput {
  readonly ExpressionAttributeNames?: unknown;
  readonly ExpressionAttributeValues?: unknown;
}

/** Number of parsed texts of each kind that are kept; the oldest is dropped first. */
const KEPT = 500;

const conditions = remembering(parseCondition);
const updates = remembering(parseUpdate);
const projections = remembering(parseProjection);

/** Starts with the expressions of a request; names and values are checked with the first expression. */
export function expressions(input: ExpressionInput): Expressions {
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
  let placeholders: Placeholders | undefined;
  let usesValues = false;
  const bind = <Node, T>(
    parse: (text: string, name: ExpressionName) => Node,
    text: string,
    name: ExpressionName,
    bindNode: (node: Node, name: ExpressionName, placeholders: Placeholders) => T,
  ): T => {
    placeholders ??= readPlaceholders(names, values);
    usesValues ||= name !== "ProjectionExpression";
    return bindNode(parse(text, name), name, placeholders);
  };
  return {
    condition: (text, of) => bind(conditions, text, of, bindCondition),
    update: (text) => bind(updates, text, "UpdateExpression", bindUpdate),
    projection: (text) => bind(projections, text, "ProjectionExpression", bindProjection),
    keyCondition: (text) => bind(conditions, text, "KeyConditionExpression", bindKeyCondition),
    finish(mayUseValues = []) {
      const needsExpressions = (member: string, missing: string) =>
        new AwsError(
          "ValidationException",
          `${member} can only be specified when using expressions${missing}`,
        );
      if (isGiven(names) && !placeholders) throw needsExpressions("ExpressionAttributeNames", "");
      if (isGiven(values) && !usesValues) {
        const are = mayUseValues.length > 1 ? "are" : "is";
        const missing = mayUseValues.length > 0 ? `: ${mayUseValues.join(" and ")} ${are} null` : "";
        throw needsExpressions("ExpressionAttributeValues", missing);
      }
      placeholders?.checkUsed();
    },
  };
}

const isGiven = (member: unknown): boolean => member !== undefined && member !== null;

/** Parses a text once; a parse error is thrown each time. */
function remembering<Node>(parse: (text: string, name: ExpressionName) => Node): typeof parse {
  const parsed = new Map<string, Node>();
  return (text, name) => {
    const known = parsed.get(text);
    if (known !== undefined) return known;
    const node = parse(text, name);
    if (parsed.size >= KEPT) parsed.delete(parsed.keys().next().value!);
    parsed.set(text, node);
    return node;
  };
}
