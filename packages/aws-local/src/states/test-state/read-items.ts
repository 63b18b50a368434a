import { AwsError } from "../../endpoint/aws-json.ts";
import type { Json } from "../../json.ts";
import type { ItemReader } from "../asl.ts";
import { StateFailure } from "../failure.ts";
import { readCsv } from "../run/csv.ts";
import { inputOf, inspected } from "../run/fields.ts";
import type { Frame } from "../run/frame.ts";
import { atPointer } from "../run/item-reader.ts";
import { integerOf, itemsAtPath, itemsOf } from "../run/map-fields.ts";

/**
 * The items of a Map; undefined if an ItemReader would read them and no data are given. The ItemReader's items are
 * `data`, in the form of its source, or else the state's input.
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
    config.MaxItems,
    config.MaxItemsPath,
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

function parseData(data: string, config: NonNullable<ItemReader["ReaderConfig"]>): Json {
  const type = config.InputType ?? "JSON";
  try {
    switch (type) {
      case "JSON":
        return JSON.parse(data);
      case "JSONL":
        return data.split("\n").flatMap((line) => (line.trim() === "" ? [] : [JSON.parse(line)]));
      case "CSV":
        return readCsv(data, config, (why) => new Error(why));
    }
  } catch {
    throw invalid(`MapItemReaderData is not ${type}`);
  }
  throw invalid(`MapItemReaderData of the InputType '${type}' cannot be read here`);
}

const invalid = (message: string): AwsError => new AwsError("ValidationException", message);
