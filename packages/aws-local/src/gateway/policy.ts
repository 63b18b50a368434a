import { isObject } from "../json.ts";

/** The authorizer's decision about a connection. */
export type Verdict =
  | { kind: "allowed"; authorizer: AuthorizerContext }
  | { kind: "denied" }
  | { kind: "malformed"; reason: string };

/** `requestContext.authorizer` of every later event: the context's values as strings, and the principal. */
export type AuthorizerContext = { principalId: string } & Record<string, string>;

/**
 * Evaluates an authorizer's result for `methodArn`: an IAM policy, a principal, and a flat context of strings, numbers or
 * booleans. The result may have `largest` bytes as JSON. AWS passes the values on as strings.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
export function judgePolicy(result: unknown, methodArn: string, largest: number): Verdict {
  if (!isObject(result)) return malformed("not an object");
  if (Buffer.byteLength(JSON.stringify(result)) > largest) return malformed(`over ${largest} bytes`);
  const { principalId, policyDocument, context } = result;
  if (typeof principalId !== "string") return malformed("principalId is not a string");
  if (!isObject(policyDocument)) return malformed("policyDocument is not an object");
  const statements = asList(policyDocument.Statement);
  if (statements.length === 0 || !statements.every(isObject)) return malformed("no policy statements");
  const effects = statements.filter((statement) => covers(statement, methodArn)).map(({ Effect }) => Effect);
  if (effects.includes("Deny") || !effects.includes("Allow")) return { kind: "denied" };
  const authorizer: AuthorizerContext = { principalId };
  for (const [name, value] of Object.entries(isObject(context) ? context : {})) {
    if (value === null || value === undefined) continue;
    if (!["string", "number", "boolean"].includes(typeof value)) {
      return malformed(`context value ${name} is not a string, number or boolean`);
    }
    authorizer[name] = String(value);
  }
  return { kind: "allowed", authorizer: { ...authorizer, principalId } };
}

function covers(statement: Record<string, unknown>, methodArn: string): boolean {
  return (
    asList(statement.Action).some((action) => matches(action, "execute-api:Invoke", "i")) &&
    asList(statement.Resource).some((resource) => matches(resource, methodArn))
  );
}

/** IAM's wildcards: `*` is any number of characters, `?` is one. */
function matches(pattern: unknown, text: string, flags = ""): boolean {
  if (typeof pattern !== "string") return false;
  if (pattern === text || pattern === "*") return true;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, `s${flags}`).test(text);
}

function asList(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function malformed(reason: string): Verdict {
  return { kind: "malformed", reason };
}
