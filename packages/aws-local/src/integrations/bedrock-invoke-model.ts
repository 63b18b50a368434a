import { isObject } from "../json.ts";
import { type Integration, type Integrations, TaskFailure } from "../states/integration.ts";
import {
  invalid,
  MAX_DATA_BYTES,
  objectArguments,
  optionalString,
  requiredString,
  tooMuchData,
} from "./arguments.ts";
import { serviceFailure } from "./service-failure.ts";
import { REQUEST, tasks } from "./tasks.ts";

/** A model's answer: JSON, or bytes of the given type. */
export type InvokeModel = (request: {
  readonly modelId: string;
  readonly body: unknown;
  readonly contentType: string;
  readonly accept: string;
  readonly signal: AbortSignal;
}) => Promise<{ readonly body: unknown; readonly contentType: string }>;

/** Reads `Input.S3Uri` and writes `Output.S3Uri`. */
export interface Objects {
  read(bucket: string, key: string): Promise<{ readonly body: Buffer } | undefined>;
  write(bucket: string, key: string, body: Uint8Array | string, contentType?: string): Promise<void>;
}

const JSON_TYPE = "application/json";

/**
 * `arn:aws:states:::bedrock:invokeModel`. The input is Body, or the object at Input.S3Uri; with Output.S3Uri the model's
 * answer is written there and Body contains the URI instead.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-bedrock.html
 */
export function bedrockTasks(invokeModel: InvokeModel, objects: Objects): Integrations {
  return tasks(REQUEST, { "bedrock:invokeModel": bedrockInvokeModel(invokeModel, objects) });
}

function bedrockInvokeModel(invokeModel: InvokeModel, objects: Objects): Integration {
  return async (call) => {
    const input = objectArguments(call.arguments);
    const output = s3Uri(input, "Output");
    const contentType = optionalString(input, "ContentType") ?? JSON_TYPE;
    const answer = await invokeModel({
      modelId: requiredString(input, "ModelId"),
      body: await readInput(input, contentType, objects),
      contentType,
      accept: optionalString(input, "Accept") ?? JSON_TYPE,
      signal: call.signal,
    }).catch((cause: unknown) => {
      throw serviceFailure("Bedrock", cause);
    });
    if (output) {
      const { body } = answer;
      const bytes = body instanceof Uint8Array || typeof body === "string" ? body : JSON.stringify(body);
      await objects.write(output.bucket, output.key, bytes, answer.contentType);
      return { Body: output.uri, ContentType: answer.contentType };
    }
    const body =
      answer.body instanceof Uint8Array ? Buffer.from(answer.body).toString("base64") : answer.body;
    if (Buffer.byteLength(JSON.stringify(body) ?? "") > MAX_DATA_BYTES) throw tooMuchData();
    return { Body: body, ContentType: answer.contentType };
  };
}

async function readInput(
  input: Readonly<Record<string, unknown>>,
  contentType: string,
  objects: Objects,
): Promise<unknown> {
  const source = s3Uri(input, "Input");
  if ((source === undefined) === (input.Body === undefined)) throw invalid("give either Body or Input.S3Uri");
  if (!source) return input.Body;
  const found = await objects.read(source.bucket, source.key);
  if (!found) throw new TaskFailure("Bedrock.S3Exception", `there is no object at ${source.uri}`);
  if (contentType !== JSON_TYPE) return found.body;
  try {
    return JSON.parse(found.body.toString("utf8"));
  } catch {
    throw invalid(`the object at ${source.uri} is not JSON`);
  }
}

function s3Uri(input: Readonly<Record<string, unknown>>, member: "Input" | "Output") {
  const holder = input[member];
  if (!isObject(holder) || holder.S3Uri === undefined) return undefined;
  const uri = requiredString(holder, "S3Uri");
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(uri) ?? [];
  if (!bucket || !key) throw invalid(`${member}.S3Uri must be s3://bucket/key`);
  return { uri, bucket, key };
}
