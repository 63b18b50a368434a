import { AwsError } from "../../endpoint/aws-json.ts";

/** The request's member that contains an expression; its errors begin with it. */
export type ExpressionName =
  | "ConditionExpression"
  | "FilterExpression"
  | "KeyConditionExpression"
  | "ProjectionExpression"
  | "UpdateExpression";

/** DynamoDB's error for an invalid expression. */
export function invalidExpression(name: ExpressionName, problem: string): AwsError {
  return new AwsError("ValidationException", `Invalid ${name}: ${problem}`);
}

/**
 * `name` is an attribute's or a function's; `#name` and `:value` are placeholders; each keyword, in any case, has a kind
 * of its own in capitals, and so has each operator. `bad` is an invalid character.
 */
export interface Token {
  readonly kind: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const KEYWORDS: ReadonlySet<string> = new Set("AND OR NOT IN BETWEEN SET REMOVE ADD DELETE".split(" "));

const TOKEN =
  /(?<space>[ \t\r\n]+)|(?<name>[a-zA-Z][a-zA-Z0-9_]*)|(?<placeholder>[#:][a-zA-Z0-9_]+)|(?<integer>0|[1-9][0-9]*)|(?<operator><>|<=|>=|[=<>()[\],.+-])|(?<bad>.)/gsu;

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-expression-parameters */
const MAX_BYTES = 4_096;
const MAX_OPERATORS = 300;

/** Reads an expression's tokens from left to right, and refuses it at the first invalid token. */
export class Cursor {
  readonly #name: ExpressionName;
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #operators = 0;

  constructor(text: string, name: ExpressionName) {
    this.#name = name;
    this.#text = text;
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_BYTES) {
      throw this.problem(`Expression size has exceeded the maximum allowed size; expression size: ${bytes}`);
    }
    this.#tokens = tokenize(text);
    if (this.peek() === "end") throw this.problem("The expression can not be empty;");
  }

  /** The kind of the next token, or of a later one. */
  peek(ahead = 0): string {
    return this.#tokens[this.#at + ahead]?.kind ?? "end";
  }

  /** Takes the next token, which must be of one of these kinds. */
  take(...kinds: readonly string[]): string {
    const token = this.#tokens[this.#at];
    if (token === undefined || !kinds.includes(token.kind)) throw this.syntaxError();
    this.#at++;
    return token.text;
  }

  /** Takes the next token if it is of this kind. */
  takeIf(kind: string): boolean {
    if (this.peek() !== kind) return false;
    this.#at++;
    return true;
  }

  /** Counts an operator or a function. */
  count(): void {
    this.#operators++;
    if (this.#operators <= MAX_OPERATORS) return;
    throw this.problem(`The expression contains too many operators; operator count: ${this.#operators}`);
  }

  /** The expression must end here. */
  finish(): void {
    if (this.peek() !== "end") throw this.syntaxError();
  }

  problem(problem: string): AwsError {
    return invalidExpression(this.#name, problem);
  }

  /** Names the next token, and quotes the text from the token before it to the token after it. */
  syntaxError(): AwsError {
    const [before, token, after] = [-1, 0, 1].map((ahead) => this.#tokens[this.#at + ahead]);
    const last = after ?? token ?? before;
    const near = this.#text.slice((before ?? token)?.start, last?.end);
    return this.problem(`Syntax error; token: "${token?.text ?? "<EOF>"}", near: "${near}"`);
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const { 0: found, index: start, groups } of text.matchAll(TOKEN)) {
    if (groups?.space === undefined) {
      tokens.push({ kind: kindOf(found, groups ?? {}), text: found, start, end: start + found.length });
    }
  }
  return tokens;
}

function kindOf(text: string, groups: Record<string, string | undefined>): string {
  if (groups.name !== undefined) return KEYWORDS.has(text.toUpperCase()) ? text.toUpperCase() : "name";
  if (groups.placeholder !== undefined) return text.startsWith("#") ? "#name" : ":value";
  return groups.integer !== undefined ? "integer" : groups.bad !== undefined ? "bad" : text;
}
