import { isObject } from "../../json.ts";
import { StoreFailure } from "../../store/store.ts";
import type { ItemReader, Json } from "../asl.ts";
import { StateFailure } from "../failure.ts";
import { NotServed, TaskFailure } from "../integration.ts";
import { evaluateTemplate } from "../query/index.ts";
import { readCsv } from "./csv.ts";
import { evaluate, inputOf } from "./fields.ts";
import { type Frame, failureIn, integrationOf, notServed, scopeOf } from "./frame.ts";
import { integerOf } from "./map-fields.ts";

/** Most items of a distributed Map: its iterations share one history, which ends at 25,000 events. */
const MAX_ITEMS = 10_000;

/** The items that the ItemReader of a distributed Map finds: the objects under a prefix, or the content of an object. */
export async function readItems(frame: Frame, reader: ItemReader): Promise<readonly Json[]> {
  const config = reader.ReaderConfig ?? {};
  const given = await integerOf(
    frame,
    "ItemReader/ReaderConfig/MaxItems",
    config.MaxItems,
    config.MaxItemsPath,
  );
  const fail = (why: string) => new StateFailure(failureIn(frame, "States.ItemReaderFailed", why));
  const items = await itemsBy(frame, reader, given ?? MAX_ITEMS + 1, fail);
  if (given) return items.slice(0, given);
  if (items.length > MAX_ITEMS) throw fail(`There are more than ${MAX_ITEMS} items.`);
  return items;
}

type Fail = (why: string) => StateFailure;

async function itemsBy(frame: Frame, reader: ItemReader, most: number, fail: Fail): Promise<readonly Json[]> {
  const parameters = await argumentsOf(frame, reader, "ItemReader");
  const call = (more: object = {}) =>
    callS3(frame, reader.Resource, { ...parameters, ...more }, "States.ItemReaderFailed");
  if (reader.Resource.endsWith(":listObjectsV2")) return listed(call, most);
  const { Body: body } = (await call()) as { Body?: unknown };
  const text = String(body ?? "");
  const { InputType: type = "JSON", ...config } = reader.ReaderConfig ?? {};
  switch (type) {
    case "CSV":
      return readCsv(text, config, fail);
    case "JSONL":
      return text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [parsed(line, fail)]));
    case "JSON":
      return list(parsed(text, fail), config.ItemsPointer, fail);
    default:
      throw new StateFailure(
        notServed(frame, reader.Resource, new NotServed(`items of the type ${type} are not read here`)),
      );
  }
}

async function listed(call: (more: object) => Promise<unknown>, most: number): Promise<Json[]> {
  const items: Json[] = [];
  for (let token: string | undefined; ; ) {
    const page = (await call(token === undefined ? {} : { ContinuationToken: token })) as {
      Contents?: { ETag: string; Key: string; LastModified: string; Size: number; StorageClass: string }[];
      NextContinuationToken?: string;
    };
    for (const { ETag, LastModified, ...rest } of page.Contents ?? [])
      items.push({ Etag: ETag, ...rest, LastModified: Math.floor(Date.parse(LastModified) / 1000) });
    token = page.NextContinuationToken;
    if (token === undefined || items.length >= most) return items;
  }
}

function parsed(text: string, fail: Fail): Json {
  try {
    return JSON.parse(text);
  } catch {
    throw fail("The object is not JSON.");
  }
}

/** The list at a JSON pointer; an object's entries are a list of `{Key, Value}`. */
function list(value: Json, pointer: string | undefined, fail: Fail): readonly Json[] {
  const found = atPointer(value, pointer ?? "");
  if (Array.isArray(found)) return found;
  if (isObject(found)) return Object.entries(found).map(([Key, Value]) => ({ Key, Value }));
  throw fail("The object holds no list.");
}

/** https://www.rfc-editor.org/rfc/rfc6901 */
export function atPointer(source: Json, pointer: string): Json {
  const steps = pointer.split("/").slice(1);
  return steps.reduce<Json>((value, step) => {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    const isThere = (isObject(value) || Array.isArray(value)) && Object.hasOwn(value, key);
    return isThere ? (value as Record<string, Json>)[key] : undefined;
  }, source);
}

/** The request to S3, from an ItemReader or a ResultWriter. */
export async function argumentsOf(
  frame: Frame,
  fields: { readonly Parameters?: Json; readonly Arguments?: Json },
  name: string,
): Promise<Readonly<Record<string, Json>>> {
  const found =
    frame.language === "JSONata"
      ? await evaluate(frame, `${name}/Arguments`, fields.Arguments ?? {})
      : evaluateTemplate(fields.Parameters ?? {}, inputOf(frame), scopeOf(frame));
  return isObject(found) ? found : {};
}

/** Calls S3 for a Map; failures get the name `error`. */
export async function callS3(frame: Frame, resource: string, given: object, error: string): Promise<unknown> {
  const { around, execution, visit, signal } = frame;
  const { start } = execution.projection;
  try {
    return await integrationOf(
      frame,
      resource,
      "request",
    )({
      resource,
      arguments: given,
      pattern: "request",
      executionArn: start.executionArn,
      stateMachineArn: start.stateMachineArn,
      stateName: visit.name,
      id: String(visit.enteredId),
      scheduledAt: around.clock.now(),
      signal,
    });
  } catch (cause) {
    if (cause instanceof NotServed) throw new StateFailure(notServed(frame, resource, cause));
    if (cause instanceof TaskFailure)
      throw new StateFailure(failureIn(frame, error, `${cause.error}: ${cause.detail}`));
    if (cause instanceof StoreFailure) throw new StateFailure(failureIn(frame, error, cause.message));
    throw cause;
  }
}
