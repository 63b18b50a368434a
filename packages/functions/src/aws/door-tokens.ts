import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock, DoorClaims, DoorTokens } from "@callboard/core";
import { cutBytes, minutes, Principal, RequestId, seconds } from "@callboard/protocol";
import { doorSecretKey } from "../table/keys.ts";
import type { Row, Table } from "../table/table.ts";
import { writeOutcome } from "../table/write-outcome.ts";
import { putItem, query } from "./dynamodb/dynamodb.ts";

export interface DoorTokensOptions {
  readonly table: Table;
  /** 32 random bytes, in base64, for whoever may make the first key; left out: nobody here does. */
  readonly makeSecret?: () => string;
  readonly clock: Pick<Clock, "now">;
}

/** What a MAC is of besides the claims: no other of Callboard's could be taken for it. */
const PURPOSE = "callboard door token 1\n";
const LONGEST = 600;
/** Bytes of a name, as JSON: the longest ids and roles leave no room for a longer one. */
const LONGEST_NAME = 56;
/** How soon keys are read again because a token is of none of them. */
const READ_AGAIN_MS = minutes(1);

interface Keys {
  /** The newest first: it seals. */
  readonly secrets: readonly Buffer[];
  readonly readAt: number;
}

/**
 * Tokens `<payload>.<mac>`, an HMAC-SHA256 over claims that anybody may read. The key lies in a row of its own leading key;
 * whoever needs it first and may make it does, and each process reads it once. Once there is a second one, that seals, and
 * both are taken.
 */
export function doorTokens({ table, makeSecret, clock }: DoorTokensOptions): DoorTokens {
  let reading: Promise<Keys> | undefined;

  async function read(): Promise<Keys> {
    const { Items = [] } = await query(table.dynamodb, {
      TableName: table.name,
      ConsistentRead: true,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": doorSecretKey(1).pk },
      ScanIndexForward: false,
      Limit: 2,
    });
    return { secrets: Items.map(secretOf), readAt: clock.now() };
  }

  /** Of those who make the first at once one does, and all use that one. */
  async function readOrMake(): Promise<Keys> {
    const known = await read();
    if (known.secrets.length > 0 || !makeSecret) return known;
    await writeOutcome(
      putItem(table.dynamodb, {
        TableName: table.name,
        Item: { ...doorSecretKey(1), secret: makeSecret(), madeAt: clock.now() },
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    );
    return read();
  }

  /** Whoever fails to read them reads them again; so does whoever finds none. */
  async function keys(): Promise<Keys> {
    reading ??= readOrMake();
    try {
      const found = await reading;
      if (found.secrets.length === 0) reading = undefined;
      return found;
    } catch (error) {
      reading = undefined;
      throw error;
    }
  }

  const isSealed = ({ secrets }: Keys, payload: string, mac: Buffer): boolean =>
    secrets.map((secret) => timingSafeEqual(macOf(secret, payload), mac)).includes(true);

  return {
    async seal(claims) {
      const [newest] = (await keys()).secrets;
      if (!newest) throw new Error("there is no key to seal tokens with");
      const payload = encoded(claims);
      const token = `${payload}.${macOf(newest, payload).toString("base64url")}`;
      if (token.length > LONGEST) throw new RangeError(`a token is longer than ${LONGEST} characters`);
      return token;
    },

    async open(token) {
      const [, payload, written] = FORM.exec(token) ?? [];
      if (token.length > LONGEST || payload === undefined || written === undefined) return undefined;
      const mac = Buffer.from(written, "base64url");
      let known = await keys();
      if (!isSealed(known, payload, mac)) {
        // It may be sealed with a key that was made since.
        if (clock.now() < known.readAt + READ_AGAIN_MS) return undefined;
        reading = undefined;
        known = await keys();
        if (!isSealed(known, payload, mac)) return undefined;
      }
      return decoded(payload);
    },
  };
}

/** The last letter of a MAC holds bits that mean nothing: one that has them is another token for the same claims. */
const FORM = /^([\w-]+)\.([\w-]{42}[AEIMQUYcgkosw048])$/;

const macOf = (secret: Buffer, payload: string): Buffer =>
  createHmac("sha256", secret).update(PURPOSE).update(payload).digest();

const secretOf = ({ secret }: Row): Buffer => Buffer.from(secret as string, "base64");

const doors = { mail: "m", webhook: "w" } as const;
const doorOf = (letter: unknown) =>
  letter === doors.mail ? "mail" : letter === doors.webhook ? "webhook" : undefined;

/** As few letters as there can be: a mail has a token in each of its links. */
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
        person.name === person.id ? 0 : cutBytes(person.name, LONGEST_NAME),
        as === `user/${person.id}` ? 0 : as,
        doors[door],
        Math.floor(until / 1000),
      ];
    }
  }
}

/** What was sealed here is as it was written; it is read with care all the same, since keys may leak. */
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
