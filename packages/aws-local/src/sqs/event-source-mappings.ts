import { randomUUID } from "node:crypto";
import { arnOf, functionName, type Place } from "../arn.ts";
import type { Clock } from "../clock/clock.ts";
import { AwsError, type HttpService, readBody } from "../endpoint/aws-json.ts";
import type { EndpointService } from "../endpoint/service.ts";
import { isObject } from "../json.ts";
import type { Lambda } from "../lambda/lambda.ts";
import type { Key, Store } from "../store/store.ts";
import type { Sqs } from "./sqs.ts";

export interface MappingsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly place: Place;
  readonly sqs: Pick<Sqs, "map" | "targetOf">;
  readonly lambda: Pick<Lambda, "has" | "invoke">;
}

/** Lambda's event source mappings for queues: each gives a queue's messages to a function. */
export interface EventSourceMappings extends EndpointService {
  /** Continues with existing mappings; call it once the functions are registered. */
  resume(): void;
}

interface Mapping {
  readonly queue: string;
  readonly function: string;
  readonly batchSize: number;
  /** Mappings from before this field existed have none, and report failures. */
  readonly reportsFailures?: boolean;
  readonly createdAt: number;
}

const MAPPINGS: Key = ["sqs", "mapping"];
const MAX_MAPPINGS = 100;
const MAX_MESSAGES = 10;
const REPORT = "ReportBatchItemFailures";
/** Other members that are read or have no effect here: messages are delivered at once, and tags do not matter. */
const READ = new Set([
  "BatchSize",
  "EventSourceArn",
  "FunctionName",
  "MaximumBatchingWindowInSeconds",
  "Tags",
]);
/** Clients of different versions end it with or without a slash. */
const PATH = "/2015-03-31/event-source-mappings";
const QUEUE_ARN = /^arn:aws[^:]*:sqs:[^:]*:\d*:([\w-]+)$/;

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
export function createEventSourceMappings(options: MappingsOptions): EventSourceMappings {
  const { store, clock, place, sqs, lambda } = options;
  const running = new Map<string, { close(): Promise<void> }>();
  const keyOf = (id: string): Key => [...MAPPINGS, id];
  const all = () =>
    Array.from(
      store.list<Mapping>({ prefix: MAPPINGS }),
      ([key, mapping]) => [String(key.at(-1)), mapping] as const,
    );

  const begin = (id: string, { queue, function: name, batchSize, reportsFailures = true }: Mapping) => {
    const invoke = (event: object) => lambda.invoke(name, event);
    running.set(id, sqs.map(queue, { batchSize, reportsFailures, invoke }));
  };
  const described = (id: string, mapping: Mapping) => ({
    UUID: id,
    EventSourceArn: arnOf(place, "sqs", mapping.queue),
    FunctionArn: arnOf(place, "lambda", `function:${mapping.function}`),
    BatchSize: mapping.batchSize,
    FunctionResponseTypes: mapping.reportsFailures === false ? [] : [REPORT],
    State: "Enabled",
    LastModified: mapping.createdAt / 1000,
  });
  const existing = (id: string): Mapping => {
    const mapping = store.get<Mapping>(keyOf(id));
    if (mapping) return mapping;
    throw new AwsError("ResourceNotFoundException", "The resource you requested does not exist.", 404);
  };

  async function create(input: Readonly<Record<string, unknown>>): Promise<object> {
    const { EventSourceArn: arn, FunctionName: given, BatchSize: batchSize = MAX_MESSAGES } = input;
    const { FunctionResponseTypes: types = [], Enabled: isEnabled = true, ...others } = input;
    const other = Object.keys(others).find((name) => !READ.has(name));
    if (other !== undefined) throw invalid(`${other} is not here`);
    if (isEnabled !== true) throw invalid("Enabled must be true here");
    if (!Array.isArray(types) || types.some((type) => type !== REPORT))
      throw invalid(`FunctionResponseTypes may hold ${REPORT} alone`);
    if (typeof given !== "string" || given === "") throw invalid("FunctionName is required");
    const [, queue] = QUEUE_ARN.exec(String(arn)) ?? [];
    if (!queue || !sqs.targetOf(arnOf(place, "sqs", queue)))
      throw invalid(`EventSourceArn: there is no queue ${String(arn).slice(0, 200)} here`);
    const name = functionName(given);
    if (!lambda.has(name))
      throw new AwsError("ResourceNotFoundException", `Function not found: ${name}`, 404);
    if (!(Number.isInteger(batchSize) && Number(batchSize) >= 1 && Number(batchSize) <= MAX_MESSAGES))
      throw invalid(`BatchSize must be from 1 to ${MAX_MESSAGES}`);
    if (all().some(([, other]) => other.queue === queue))
      throw new AwsError(
        "ResourceConflictException",
        `A function takes the messages of ${queue} already.`,
        409,
      );
    if (all().length >= MAX_MAPPINGS) throw invalid(`there are ${MAX_MAPPINGS} mappings already`);
    const mapping: Mapping = {
      queue,
      function: name,
      batchSize: Number(batchSize),
      reportsFailures: types.length > 0,
      createdAt: clock.now(),
    };
    const id = randomUUID();
    await store.write([[keyOf(id), mapping]]);
    begin(id, mapping);
    return described(id, mapping);
  }

  async function remove(id: string): Promise<object> {
    const mapping = existing(id);
    await store.write([[keyOf(id), undefined]]);
    // The function finishes what it has started.
    void running.get(id)?.close();
    running.delete(id);
    return { ...described(id, mapping), State: "Deleting" };
  }

  const listed = (query: URLSearchParams): object[] => {
    const [arn, name] = [query.get("EventSourceArn"), query.get("FunctionName")];
    return all()
      .filter(([, { queue }]) => arn === null || arn === arnOf(place, "sqs", queue))
      .filter(([, mapping]) => name === null || mapping.function === functionName(name))
      .map((one) => described(...one));
  };

  const answer = async (method: string, url: URL, body: Buffer): Promise<[status: number, object]> => {
    const id = url.pathname.slice(PATH.length).replace("/", "");
    if (method === "POST" && id === "") return [202, await create(parsed(body))];
    if (method === "GET" && id === "") return [200, { EventSourceMappings: listed(url.searchParams) }];
    if (method === "GET") return [200, described(id, existing(id))];
    if (method === "DELETE") return [202, await remove(id)];
    throw new AwsError("UnknownOperationException", `${method} is not served here`, 404);
  };
  const handle: HttpService = async (request, response) => {
    try {
      const url = new URL(request.url ?? "/", "http://127.0.0.1");
      const [status, body] = await answer(request.method ?? "GET", url, await readBody(request));
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    } catch (cause) {
      if (!(cause instanceof AwsError)) throw cause;
      const headers = { "content-type": "application/json", "x-amzn-errortype": cause.code };
      response.writeHead(cause.status, headers).end(JSON.stringify({ Type: "User", Message: cause.message }));
    }
  };

  return {
    name: "event source mappings",
    path: PATH,
    handle,
    resume() {
      for (const [id, mapping] of all()) begin(id, mapping);
    },
  };
}

function parsed(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(body.toString("utf8"));
    if (isObject(read)) return read;
  } catch {
    // The error follows below.
  }
  throw new AwsError("InvalidRequestContentException", "Could not parse request body into json");
}

const invalid = (message: string) => new AwsError("InvalidParameterValueException", message);
