import { randomUUID } from "node:crypto";
import { arnOf, type Place } from "../arn.ts";
import type { Clock } from "../clock/clock.ts";
import { AwsError } from "../endpoint/aws-json.ts";
import { isObject } from "../json.ts";
import type { Key, Store } from "../store/store.ts";

type Input = Readonly<Record<string, unknown>>;

/** What a connection adds to each request of an HTTP Task. */
export interface Connection {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, string>>;
}

/** A stored connection: everybody who can read the data folder can read its secrets. */
interface Stored {
  readonly arn: string;
  readonly type: "API_KEY" | "BASIC";
  readonly description?: string;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly parameters: Parameters;
}

interface Parameters {
  readonly ApiKeyAuthParameters?: { readonly ApiKeyName: string; readonly ApiKeyValue: string };
  readonly BasicAuthParameters?: { readonly Username: string; readonly Password: string };
  readonly InvocationHttpParameters?: Readonly<Record<ParameterPlace, readonly Parameter[]>>;
}

interface Parameter {
  readonly Key: string;
  readonly Value: string;
  readonly IsValueSecret: boolean;
}

const PLACES = ["HeaderParameters", "QueryStringParameters", "BodyParameters"] as const;
type ParameterPlace = (typeof PLACES)[number];

const CONNECTIONS: Key = ["bus", "connection"];
const MAX_CONNECTIONS = 1_000;
const MAX_PARAMETERS = 100;
const MAX_LENGTH = 512;
/** Control characters except the tab, which no header may contain. */
const CONTROL = /[^\P{Cc}\t]/u;

export interface ConnectionsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly place: Place;
}

/**
 * The connections of EventBridge, which give HTTP Tasks access to outside APIs, with a key or a password. Answers never
 * contain a secret. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateConnection.html
 */
export function openConnections({ store, clock, place }: ConnectionsOptions) {
  const keyOf = (name: string): Key => [...CONNECTIONS, name];
  const find = (name: string) => store.get<Stored>(keyOf(name));
  const existing = (name: string): Stored => {
    const found = find(name);
    if (found) return found;
    throw new AwsError("ResourceNotFoundException", `Connection '${name}' does not exist.`);
  };
  const state = (stored: Stored) => ({
    ConnectionArn: stored.arn,
    ConnectionState: "AUTHORIZED",
    CreationTime: stored.createdAt / 1000,
    LastModifiedTime: stored.changedAt / 1000,
    LastAuthorizedTime: stored.changedAt / 1000,
  });

  return {
    /** What a connection adds, by its ARN. */
    addedBy(arn: string): Connection | undefined {
      const [, name] = /:connection\/([^/]+)\//.exec(arn) ?? [];
      const stored = name === undefined ? undefined : find(name);
      return stored?.arn === arn ? added(stored) : undefined;
    },

    operations: {
      async CreateConnection(input: Input) {
        const name = text(input, "Name");
        if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name)) throw invalid("Name is not valid.");
        const type = readType(input.AuthorizationType);
        const now = clock.now();
        const stored: Stored = {
          arn: arnOf(place, "events", `connection/${name}/${randomUUID()}`),
          type,
          ...described(input),
          createdAt: now,
          changedAt: now,
          parameters: readParameters(type, input.AuthParameters, {}),
        };
        await store.commit((view) => {
          if (view.get(keyOf(name)))
            throw new AwsError("ResourceAlreadyExistsException", `Connection '${name}' already exists.`);
          if ([...view.list({ prefix: CONNECTIONS })].length >= MAX_CONNECTIONS)
            throw new AwsError("LimitExceededException", `There are ${MAX_CONNECTIONS} connections already.`);
          return { writes: [[keyOf(name), stored]], value: undefined };
        });
        return state(stored);
      },

      async UpdateConnection(input: Input) {
        const name = text(input, "Name");
        const before = existing(name);
        const type = readType(input.AuthorizationType ?? before.type);
        const after: Stored = {
          ...before,
          ...described(input),
          type,
          changedAt: clock.now(),
          parameters: readParameters(type, input.AuthParameters ?? {}, before.parameters),
        };
        await store.write([[keyOf(name), after]]);
        return state(after);
      },

      async DescribeConnection(input: Input) {
        const name = text(input, "Name");
        const stored = existing(name);
        const { description, type, parameters } = stored;
        return {
          ...state(stored),
          Name: name,
          AuthorizationType: type,
          ...(description === undefined ? {} : { Description: description }),
          AuthParameters: withoutSecrets(parameters),
        };
      },

      async ListConnections(input: Input) {
        const prefix = input.NamePrefix ?? "";
        const all = [...store.list<Stored>({ prefix: CONNECTIONS })];
        return {
          Connections: all
            .map(([key, stored]) => ({
              Name: String(key.at(-1)),
              AuthorizationType: stored.type,
              ...state(stored),
            }))
            .filter(({ Name }) => Name.startsWith(String(prefix))),
        };
      },

      async DeleteConnection(input: Input) {
        const name = text(input, "Name");
        const stored = existing(name);
        await store.write([[keyOf(name), undefined]]);
        return { ...state(stored), ConnectionState: "DELETING" };
      },
    },
  };
}

function added({ type, parameters }: Stored): Connection {
  const {
    ApiKeyAuthParameters: apiKey,
    BasicAuthParameters: basic,
    InvocationHttpParameters: more,
  } = parameters;
  const pairs = (place: ParameterPlace) =>
    Object.fromEntries((more?.[place] ?? []).map(({ Key, Value }) => [Key, Value]));
  const authorization =
    type === "API_KEY"
      ? { [apiKey!.ApiKeyName]: apiKey!.ApiKeyValue }
      : { authorization: `Basic ${Buffer.from(`${basic!.Username}:${basic!.Password}`).toString("base64")}` };
  return {
    headers: { ...pairs("HeaderParameters"), ...authorization },
    query: pairs("QueryStringParameters"),
    body: pairs("BodyParameters"),
  };
}

function readType(type: unknown): Stored["type"] {
  if (type === "API_KEY" || type === "BASIC") return type;
  throw invalid("AuthorizationType must be API_KEY or BASIC here.");
}

/** Parameters that are not given stay as they were. */
function readParameters(type: Stored["type"], given: unknown, before: Parameters): Parameters {
  if (!isObject(given)) throw invalid("AuthParameters is required.");
  const name = type === "API_KEY" ? "ApiKeyAuthParameters" : "BasicAuthParameters";
  const { [name]: own, InvocationHttpParameters: more = {} } = merged(before, given);
  if (!own) throw invalid(`AuthParameters.${name} is required.`);
  const lists = PLACES.map((place) => [place, readList(more[place] ?? [], place)]);
  const at = (field: string) => text(own, field, `AuthParameters.${name}.${field}`);
  return {
    ...(type === "API_KEY"
      ? { ApiKeyAuthParameters: { ApiKeyName: at("ApiKeyName"), ApiKeyValue: at("ApiKeyValue") } }
      : { BasicAuthParameters: { Username: at("Username"), Password: at("Password") } }),
    InvocationHttpParameters: Object.fromEntries(lists),
  };
}

/** Each of the parts, with its former value where no new one is given. */
function merged(before: Parameters, given: Input): Readonly<Record<string, Input>> {
  const parts = Object.entries({ ...before, ...given }).flatMap(([name]) => {
    const part = given[name] ?? {};
    return isObject(part) ? [[name, { ...before[name as keyof Parameters], ...part }]] : [];
  });
  return Object.fromEntries(parts);
}

function readList(given: unknown, place: string): Parameter[] {
  if (!Array.isArray(given) || given.length > MAX_PARAMETERS)
    throw invalid(`${place} must be a list of at most ${MAX_PARAMETERS}.`);
  return given.map((one: unknown) => {
    if (!isObject(one)) throw invalid(`${place} must have a Key and a Value each.`);
    return { Key: text(one, "Key"), Value: text(one, "Value"), IsValueSecret: one.IsValueSecret === true };
  });
}

function withoutSecrets({
  ApiKeyAuthParameters: apiKey,
  BasicAuthParameters: basic,
  ...more
}: Parameters): object {
  const shown = (parameters: readonly Parameter[]) =>
    parameters.map(({ Value, ...one }) => (one.IsValueSecret ? one : { ...one, Value }));
  const { InvocationHttpParameters: places } = more;
  return {
    ...(apiKey ? { ApiKeyAuthParameters: { ApiKeyName: apiKey.ApiKeyName } } : {}),
    ...(basic ? { BasicAuthParameters: { Username: basic.Username } } : {}),
    ...(places
      ? { InvocationHttpParameters: Object.fromEntries(PLACES.map((place) => [place, shown(places[place])])) }
      : {}),
  };
}

const described = ({ Description: description }: Input) =>
  typeof description === "string" ? { description: description.slice(0, MAX_LENGTH) } : {};

/** The value is not repeated: it may be a secret. */
function text(input: Input, name: string, shown = name): string {
  const value = input[name];
  if (typeof value === "string" && value !== "" && value.length <= MAX_LENGTH && !CONTROL.test(value))
    return value;
  throw invalid(`${shown} must be one line of 1 to ${MAX_LENGTH} characters.`);
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}
