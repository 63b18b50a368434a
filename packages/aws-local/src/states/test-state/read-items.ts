import { AwsError } from "../../endpoint/aws-json.ts";
import { isObject, type Json } from "../../json.ts";
import { StateFailure } from "../failure.ts";
import { inputOf, inspected } from "../run/fields.ts";
import type { Frame } from "../run/frame.ts";
import { integerOf, itemsAtPath, itemsOf } from "../run/map-fields.ts";
import { parseCsv } from "./parse-csv.ts";

/**
 * What a Map would iterate over; undefined where an ItemReader would read it and no data is given. What an ItemReader
 * reads is `data`, as it stood in its source, or else the state's input.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
 */
export async function readItems(
  frame: Frame,
  data: string | undefined,
): Promise<readonly Json[] | undefined> {
  const { state } = frame;
  if (!state.ItemReader) return itemsOf(frame);
  const { ReaderConfig: config = {} } = state.ItemReader;
  const input = frame.language === "JSONPath" ? inputOf(frame) : frame.visit.input;
  const source = data === undefined ? input : parseData(data, config);
  const items = itemsIn(frame, source, config.ItemsPointer);
  if (!items) {
    if (data === undefined) return undefined;
    throw new StateFailure({
      error: "States.ItemReaderFailed",
      cause: "What the ItemReader has read is not an array",
    });
  }
  const most = await integerOf(
    frame,
    "ItemReader/ReaderConfig/MaxItems",
    config.MaxItems as number | string | undefined,
    config.MaxItemsPath as string | undefined,
  );
  return most ? items.slice(0, most) : items;
}

function itemsIn(frame: Frame, source: Json, pointer: Json): readonly Json[] | undefined {
  if (typeof pointer === "string") {
    const items = atPointer(source, pointer);
    return Array.isArray(items) ? inspected(frame, "afterItemsPointer", items) : undefined;
  }
  if (frame.language === "JSONPath" && frame.state.ItemsPath !== undefined) return itemsAtPath(frame, source);
  return Array.isArray(source) ? source : undefined;
}

/** https://www.rfc-editor.org/rfc/rfc6901 */
function atPointer(source: Json, pointer: string): Json {
  const steps = pointer.split("/").slice(1);
  return steps.reduce<Json>((value, step) => {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    const isThere = (isObject(value) || Array.isArray(value)) && Object.hasOwn(value, key);
    return isThere ? (value as Record<string, Json>)[key] : undefined;
  }, source);
}

function parseData(data: string, config: Readonly<Record<string, Json>>): Json {
  const type = config.InputType ?? "JSON";
  try {
    switch (type) {
      case "JSON":
        return JSON.parse(data);
      case "JSONL":
        return data.split("\n").flatMap((line) => (line.trim() === "" ? [] : [JSON.parse(line)]));
      case "CSV":
        return parseCsv(data, config);
    }
  } catch {
    throw invalid(`MapItemReaderData is not ${type}`);
  }
  throw invalid(`MapItemReaderData of the InputType '${type}' cannot be read here`);
}

const invalid = (message: string): AwsError => new AwsError("ValidationException", message);
