import { randomUUID } from "node:crypto";
import { isNestedOver, isObject } from "../json.ts";

/** An event as targets receive it (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html). */
export interface BusEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  /** RFC 3339, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** One entry of a PutEvents call; `Time` in seconds since the Unix epoch (as on the wire), RFC 3339 or a `Date`. */
export interface PutEventsEntry {
  readonly Source?: string;
  readonly DetailType?: string;
  /** A JSON object as text. */
  readonly Detail?: string;
  readonly Resources?: readonly string[];
  /** A name or an ARN. Default: the default bus. */
  readonly EventBusName?: string;
  readonly Time?: number | string | Date;
}

/** An entry's failure, with a code of `PutEventsResultEntry`. */
export interface EntryFailure {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

/** The account and Region of a bus's events, and the time. */
export interface Origin {
  readonly account: string;
  readonly region: string;
  readonly now: number;
}

/** A new event, for the rules of a bus. */
export interface PutEvent {
  readonly bus: string;
  readonly event: BusEvent;
  /** The event as JSON text. */
  readonly json: string;
  /** When the bus accepted it, milliseconds since the Unix epoch. */
  readonly acceptedAt: number;
}

/** Makes an event from an entry, or says what is wrong with the entry. */
export function readEntry(
  entry: unknown,
  origin: Origin,
): ({ kind: "event" } & PutEvent) | { kind: "failed"; failure: EntryFailure } {
  const fields = isObject(entry) ? entry : {};
  for (const name of ["Source", "DetailType", "Detail"]) {
    const value = fields[name];
    if (typeof value !== "string" || value === "") return invalid(name, `${name} is a required argument.`);
  }
  const detail = parseDetail(fields.Detail as string);
  if (detail === undefined) {
    return {
      kind: "failed",
      failure: { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." },
    };
  }
  const resources = fields.Resources ?? [];
  if (!Array.isArray(resources) || !resources.every((resource) => typeof resource === "string")) {
    return invalid("Resources", "Resources must be a list of ARNs.");
  }
  const time = fields.Time === undefined ? origin.now : timeOf(fields.Time);
  if (time === undefined) return invalid("Time", "Time is not a timestamp.");
  const bus = fields.EventBusName ?? "default";
  if (typeof bus !== "string" || bus === "") return invalid("EventBusName", "EventBusName is not a name.");
  const envelope = {
    version: "0" as const,
    id: randomUUID(),
    "detail-type": fields.DetailType as string,
    source: fields.Source as string,
    account: origin.account,
    time: `${new Date(time).toISOString().slice(0, 19)}Z`,
    region: origin.region,
    resources,
  };
  return {
    kind: "event",
    bus: busNameOf(bus),
    event: { ...envelope, detail },
    json: `${JSON.stringify(envelope).slice(0, -1)},"detail":${fields.Detail}}`,
    acceptedAt: origin.now,
  };
}

/**
 * The size of an entry that counts towards the limit of its call, in bytes
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size).
 */
export function entryBytes(entry: unknown): number {
  if (!isObject(entry)) return 0;
  const texts = [entry.Source, entry.DetailType, entry.Detail].concat(entry.Resources ?? []);
  const bytes = texts.map((text) => (typeof text === "string" ? Buffer.byteLength(text) : 0));
  return bytes.reduce((sum, size) => sum + size, entry.Time === undefined ? 0 : 14);
}

/** The name of a bus, from its name or its ARN. */
export function busNameOf(nameOrArn: string): string {
  return nameOrArn.startsWith("arn:") ? nameOrArn.slice(nameOrArn.indexOf(":event-bus/") + 11) : nameOrArn;
}

/**
 * Most levels of a detail. AWS documents no limit; a detail that recursion cannot process could not be kept as a dead
 * letter.
 */
const MAX_DEPTH = 1000;

function parseDetail(text: string): Record<string, unknown> | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    return isObject(detail) && !isNestedOver(MAX_DEPTH, detail) ? detail : undefined;
  } catch {
    return undefined;
  }
}

function timeOf(value: unknown): number | undefined {
  const time = typeof value === "number" ? value * 1_000 : new Date(value as string | Date).getTime();
  return Math.abs(time) <= 8.64e15 ? time : undefined;
}

function invalid(name: string, reason: string) {
  return {
    kind: "failed" as const,
    failure: {
      ErrorCode: "InvalidArgument",
      ErrorMessage: `Parameter ${name} is not valid. Reason: ${reason}`,
    },
  };
}
