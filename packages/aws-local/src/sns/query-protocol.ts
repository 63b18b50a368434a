import { randomUUID } from "node:crypto";
import { AwsError, type HttpService, type Operations, readBody } from "../endpoint/aws-json.ts";
import { isObject } from "../json.ts";
import { renderXml, type XmlContent } from "../s3/xml.ts";

const MAX_BODY_SIZE = 1024 * 1024;
const MAX_FIELDS = 1_000;
const NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/";

interface Fields {
  [name: string]: string | Fields;
}

/**
 * Answers AWS's query protocol: a form with the `Action`, in which lists and maps are written with numbers, and XML.
 * Operations get and return plain lists and objects: a map comes as `Attributes.entry.1.key=…`.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function awsQuery(operations: Operations): HttpService {
  return async (request, response) => {
    const requestId = randomUUID();
    const answer = (status: number, root: string, content: XmlContent) => {
      response.writeHead(status, { "content-type": "text/xml", "x-amzn-requestid": requestId });
      response.end(renderXml(root, content).replace(`<${root}>`, `<${root} xmlns="${NAMESPACE}">`));
    };
    try {
      const form = new URLSearchParams((await readBody(request, MAX_BODY_SIZE)).toString("utf8"));
      const { Action: action, ...input } = readForm(form);
      const name = String(action);
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (!operation) throw new AwsError("InvalidAction", `The action ${name.slice(0, 100)} is not here.`);
      const result = await operation(input as never);
      const content = Object.keys(result).length === 0 ? {} : { [`${name}Result`]: written(result) };
      answer(200, `${name}Response`, { ...content, ResponseMetadata: { RequestId: requestId } });
    } catch (cause) {
      if (!(cause instanceof AwsError)) throw cause;
      const error = { Type: "Sender", Code: cause.code, Message: cause.message };
      answer(cause.status, "ErrorResponse", { Error: error, RequestId: requestId });
    }
  };
}

/** A list is written as one element with its members. */
function written(value: unknown): XmlContent {
  if (Array.isArray(value)) return { member: value.map(written) };
  if (!isObject(value)) return value as string;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, written(inner)]));
}

/** The fields of a form as an object. */
function readForm(form: URLSearchParams): Record<string, unknown> {
  if (form.size > MAX_FIELDS) throw new AwsError("InvalidParameter", `over ${MAX_FIELDS} fields`);
  const fields: Fields = Object.create(null);
  for (const [path, value] of form) {
    const parts = path.split(".");
    const last = parts.pop()!;
    let at = fields;
    for (const part of parts) {
      const inner = at[part];
      if (typeof inner === "string")
        throw new AwsError("InvalidParameter", `${path.slice(0, 100)} is not a field`);
      const next: Fields = inner ?? Object.create(null);
      at[part] = next;
      at = next;
    }
    at[last] = value;
  }
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, unwrapped(value)]));
}

/** `{member: {1: a, 2: b}}` is a list, `{entry: {1: {key, value}}}` a map. */
function unwrapped(value: string | Fields): unknown {
  if (typeof value === "string") return value;
  if (isObject(value.member)) return ordered(value.member as Fields).map(unwrapped);
  if (isObject(value.entry)) {
    const entries = ordered(value.entry as Fields).map((one) => one as Fields);
    return Object.fromEntries(
      entries.map((one) => [String(one.key ?? one.Name), unwrapped(one.value ?? one.Value ?? "")]),
    );
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unwrapped(inner)]));
}

const ordered = (numbered: Fields): (string | Fields)[] =>
  Object.entries(numbered)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, value]) => value);
