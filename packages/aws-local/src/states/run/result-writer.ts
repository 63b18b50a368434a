import { createHash } from "node:crypto";
import type { Json, ResultWriter } from "../asl.ts";
import { outputOf } from "../evolve.ts";
import { StateFailure } from "../failure.ts";
import type { Flow } from "../projection.ts";
import { type Frame, failureIn } from "./frame.ts";
import { argumentsOf, callS3 } from "./item-reader.ts";

const FAILED = "States.ResultWriterFailed";

/**
 * The result of a distributed Map with a ResultWriter: it puts the results and a manifest into S3 and returns their
 * place. Without a destination, the results are only transformed.
 */
export async function writeResults(frame: Frame, writer: ResultWriter): Promise<Json> {
  const transformation = writer.WriterConfig?.Transformation ?? "NONE";
  if (writer.Resource === undefined) return transformed(frame, frame.visit.children, transformation);
  const { Bucket, Prefix, ...more } = await argumentsOf(frame, writer, "ResultWriter");
  if (typeof Bucket !== "string")
    throw new StateFailure(failureIn(frame, FAILED, "Bucket must be a string."));
  const runId = idOf(frame);
  const mapRunArn = mapRunArnOf(frame, runId);
  const folder = [...(Prefix ? [String(Prefix)] : []), runId].join("/");
  const lines = writer.WriterConfig?.OutputType === "JSONL";
  const put = async (name: string, values: Json, asLines = false): Promise<{ Key: string; Size: number }> => {
    const Key = `${folder}/${name}`;
    const Body = asLines
      ? (values as Json[]).map((value) => JSON.stringify(value)).join("\n")
      : JSON.stringify(values);
    const given = { ...more, Bucket, Key, Body, ContentType: "application/json" };
    await callS3(frame, writer.Resource!, given, FAILED);
    return { Key, Size: Buffer.byteLength(Body) };
  };
  const file = async (status: "SUCCEEDED" | "FAILED", children: readonly Flow[]) => {
    if (children.length === 0) return [];
    const values = transformed(frame, children, status === "FAILED" ? "NONE" : transformation);
    return [await put(`${status}_0.${lines ? "jsonl" : "json"}`, values, lines)];
  };
  const { children } = frame.visit;
  const ResultFiles = {
    FAILED: await file("FAILED", children.filter(isFailed)),
    PENDING: [],
    SUCCEEDED: await file(
      "SUCCEEDED",
      children.filter((child) => !isFailed(child)),
    ),
  };
  const { Key } = await put("manifest.json", {
    DestinationBucket: Bucket,
    MapRunArn: mapRunArn,
    ResultFiles,
  });
  return { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket, Key } };
}

const isFailed = ({ settled }: Flow): boolean => settled === "failed";

function transformed(frame: Frame, children: readonly Flow[], transformation: string): Json[] {
  switch (transformation) {
    case "COMPACT":
      return children.map(outputOf);
    case "FLATTEN":
      return children.flatMap(outputOf);
    default:
      return children.map((child) => describe(frame, child));
  }
}

/** A child as AWS would describe its execution. */
function describe(frame: Frame, child: Flow): Json {
  const { stateMachineArn, executionArn } = frame.execution.projection.start;
  const Name = String(child.index);
  const output = outputOf(child) as { Error?: string; Cause?: string };
  return {
    ExecutionArn: `${executionArn}/${labelOf(frame)}:${Name}`,
    Input: JSON.stringify(child.item),
    InputDetails: { Included: true },
    Name,
    ...(isFailed(child)
      ? { Error: output.Error, Cause: output.Cause, Status: "FAILED" }
      : { Output: JSON.stringify(output), OutputDetails: { Included: true }, Status: "SUCCEEDED" }),
    StateMachineArn: `${stateMachineArn}/${labelOf(frame)}`,
  };
}

const labelOf = ({ state, visit }: Frame): string => state.Label ?? visit.name.replaceAll(/\W/g, "");

/** The same for each repetition of one Map's run, in the form of a UUID. */
function idOf({ execution, visit }: Frame): string {
  const hash = createHash("sha256")
    .update(`${execution.projection.start.executionArn} ${visit.startedId}`)
    .digest("hex");
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}

function mapRunArnOf(frame: Frame, runId: string): string {
  const { stateMachineArn } = frame.execution.projection.start;
  return `${stateMachineArn.replace(":stateMachine:", ":mapRun:")}/${labelOf(frame)}:${runId}`;
}
