import { hash } from "node:crypto";
import { AwsError } from "../endpoint/aws-json.ts";
import { isObject } from "../json.ts";
import type { Key, Store, View, Write } from "../store/store.ts";
import { STORE } from "./keys.ts";

/** How long a token identifies its transaction. */
const TOKEN_MS = 10 * 60_000;

interface Remembered {
  readonly at: number;
  /** A hash of the transaction. */
  readonly hash: string;
}

const tokenKey = (token: string): Key => [STORE, "token", token];

/**
 * Whether a transaction was already made under its token. Throws `IdempotentParameterMismatchException` if the token
 * belongs to another transaction
 * (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html).
 */
export function wasMade(view: View, token: string, transaction: string, now: number): boolean {
  const known = view.get<Remembered>(tokenKey(token));
  if (!known || known.at + TOKEN_MS <= now) return false;
  if (known.hash === transaction) return true;
  throw new AwsError(
    "IdempotentParameterMismatchException",
    "The requested transaction has the same ClientRequestToken as an earlier one, and other parameters",
  );
}

/** The writes that record a transaction. An older one with the same token is deleted. */
export function remember(view: View, token: string, transaction: string, now: number): Write[] {
  const known = view.get<Remembered>(tokenKey(token));
  const value: Remembered = { at: now, hash: transaction };
  return [
    ...(known ? [[byTime(known.at, token), undefined] as const] : []),
    [tokenKey(token), value],
    [byTime(now, token), 1],
  ];
}

const byTime = (at: number, token: string): Key => [STORE, "token at", at, token];

/** The writes that delete a limited number of expired tokens. */
export function forget(view: View, now: number, most: number): Write[] {
  const writes: Write[] = [];
  const prefix: Key = [STORE, "token at"];
  for (const [key] of view.list({ prefix, lt: [...prefix, now - TOKEN_MS] })) {
    if (writes.length >= most * 2) break;
    writes.push([key, undefined], [tokenKey(key[3] as string), undefined]);
  }
  return writes;
}

/** Deletes expired tokens. */
export async function forgetTokens(store: Store, now: number, most: number): Promise<void> {
  if (forget(store, now, 1).length === 0) return;
  await store.commit((view) => ({ writes: forget(view, now, most), value: undefined }));
}

/** A hash of a transaction that does not depend on the order of members. */
export const hashOf = (transaction: unknown): string => hash("sha256", JSON.stringify(ordered(transaction)));

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, ordered(value[name])]),
  );
}
