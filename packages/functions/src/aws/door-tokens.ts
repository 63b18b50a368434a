import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock, DoorClaims, DoorTokens } from "@callboard/core";
import { cutBytes, minutes, Principal, RequestId, seconds } from "@callboard/protocol";
import { doorSecretKey } from "../table/keys.ts";
import type { Row, Table } from "../table/table.ts";
import { writeOutcome } from "../table/write-outcome.ts";
import { putItem, query } from "./dynamodb/dynamodb.ts";

export interface DoorTokensOptions {
  readonly table: Table;
  /**
   * Returns 32 random bytes in base64, for a function that may create the first key. Without it, this function creates
   * none.
   */
  readonly makeSecret?: () => string;
  readonly clock: Pick<Clock, "now">;
}

/** A prefix of the MAC's input, so that no other MAC of Callboard can be taken for this one. */
const PURPOSE = "callboard door token 1\n";
const MAX_LENGTH = 600;
/** The longest name, in bytes of its JSON: the longest ids and roles leave no room for more. */
const MAX_NAME_LENGTH = 56;
/** How long a process uses keys before it reads them again. */
const KEPT_MS = minutes(1);

/**
 * Tokens of the form `<payload>.<mac>`: HMAC-SHA256 over claims that anybody may read. The keys are rows with a leading
 * key of their own. A function that needs the first key and may create it does so. The newest key seals, and the one
 * before it is accepted too; a process sees a new key within a minute.
 */
export function doorTokens({ table, makeSecret, clock }: DoorTokensOptions): DoorTokens {
  let reading: Promise<readonly Buffer[]> | undefined;
  let readAt = 0;

  /** The newest first. */
  async function read(): Promise<readonly Buffer[]> {
    const { Items = [] } = await query(table.dynamodb, {
      TableName: table.name,
      ConsistentRead: true,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": doorSecretKey(1).pk },
      ScanIndexForward: false,
      Limit: 2,
    });
    return Items.map(secretOf);
  }

  /** Of several callers that create the first key at the same time, one wins and all use its key. */
  async function readOrMake(): Promise<readonly Buffer[]> {
    const known = await read();
    if (known.length > 0 || !makeSecret) return known;
    await writeOutcome(
      putItem(table.dynamodb, {
        TableName: table.name,
        Item: { ...doorSecretKey(1), secret: makeSecret(), madeAt: clock.now() },
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    );
    return read();
  }

  /** A failed or empty read is not kept. */
  function keys(): Promise<readonly Buffer[]> {
    const now = clock.now();
    if (reading && now < readAt + KEPT_MS) return reading;
    const forget = () => {
      reading = undefined;
    };
    readAt = now;
    reading = readOrMake();
    reading.then((found) => found.length > 0 || forget(), forget);
    return reading;
  }

  return {
    async seal(claims) {
      const [newest] = await keys();
      if (!newest) throw new Error("there is no key to seal tokens with");
      const payload = encoded(claims);
      const token = `${payload}.${macOf(newest, payload).toString("base64url")}`;
      if (token.length > MAX_LENGTH) throw new RangeError(`a token is longer than ${MAX_LENGTH} characters`);
      return token;
    },

    async open(token) {
      const [, payload, written] = FORM.exec(token) ?? [];
      if (token.length > MAX_LENGTH || payload === undefined || written === undefined) return undefined;
      const mac = Buffer.from(written, "base64url");
      const isSealed = (await keys()).some((secret) => timingSafeEqual(macOf(secret, payload), mac));
      return isSealed ? decoded(payload) : undefined;
    },
  };
}

/** The last character of a MAC has unused bits: a token that differs only in them has the same claims. */
const FORM = /^([\w-]+)\.([\w-]{42}[AEIMQUYcgkosw048])$/;

const macOf = (secret: Buffer, payload: string): Buffer =>
  createHmac("sha256", secret).update(PURPOSE).update(payload).digest();

const secretOf = ({ secret }: Row): Buffer => Buffer.from(secret as string, "base64");

const doors = { mail: "m", webhook: "w" } as const;
const doorOf = (letter: unknown) =>
  letter === doors.mail ? "mail" : letter === doors.webhook ? "webhook" : undefined;

/** As short as possible: a mail has a token in each of its links. */
function encoded(claims: DoorClaims): string {
  return Buffer.from(JSON.stringify(fieldsOf(claims))).toString("base64url");
}

function fieldsOf(claims: DoorClaims): unknown[] {
  switch (claims.kind) {
    case "unsubscribe":
      return ["u", claims.key, doors[claims.door]];
    case "plugin":
      return ["p", claims.requestId, Math.floor(claims.until / 1000)];
    case "answer": {
      const { requestId, person, as, door, until } = claims;
      return [
        "a",
        requestId,
        person.id,
        person.name === person.id ? 0 : cutBytes(person.name, MAX_NAME_LENGTH),
        as === `user/${person.id}` ? 0 : as,
        doors[door],
        Math.floor(until / 1000),
      ];
    }
  }
}

/** Payloads that were sealed here have the right form. They are checked nevertheless, because keys may leak. */
function decoded(payload: string): DoorClaims | undefined {
  const fields = parsed(payload);
  if (!Array.isArray(fields)) return undefined;
  const [kind, ...rest] = fields as unknown[];
  if (kind === "u") {
    const [key, letter] = rest;
    const door = doorOf(letter);
    return typeof key === "string" && door ? { kind: "unsubscribe", key, door } : undefined;
  }
  const requestId = RequestId.safeParse(rest[0]);
  if (kind === "p") {
    const [, until] = rest;
    return requestId.success && typeof until === "number"
      ? { kind: "plugin", requestId: requestId.data, until: seconds(until) }
      : undefined;
  }
  const [, user, name, as, letter, until] = rest;
  const own = Principal.safeParse(`user/${user}`);
  const principal = as === 0 ? own : Principal.safeParse(as);
  const door = doorOf(letter);
  if (kind !== "a" || !requestId.success || !own.success || !principal.success || !door) return undefined;
  if (typeof user !== "string" || typeof until !== "number") return undefined;
  const person = { id: user, name: typeof name === "string" ? name : user };
  return {
    kind: "answer",
    requestId: requestId.data,
    person,
    as: principal.data,
    door,
    until: seconds(until),
  };
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, "base64url").toString());
  } catch {
    return undefined;
  }
}
