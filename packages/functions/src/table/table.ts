import type { Clock, Ids } from "@callboard/core";
import type { DynamoDb } from "../aws/dynamodb/dynamodb.ts";
import type { Values } from "../aws/dynamodb/values.ts";
import { TTL } from "./definition.ts";

/** What a store stands on. */
export interface Table {
  readonly name: string;
  /** Reads that are asked of it in one turn go out together. */
  readonly dynamodb: DynamoDb;
  /** Paces repeated tries; decides nothing. */
  readonly clock: Clock;
  /** How long a closed request is kept; left out, for 90 days. */
  readonly retentionDays?: number;
  /** Which restored table this is; left out: the first. */
  readonly generation?: string;
  /** Tells one write of a head from any other; left out: the machine's chance. */
  readonly ids?: Pick<Ids, "random">;
}

/** A row in plain values: undefined attributes are left out, null is kept. */
export type Row = Values;

const HOUR_MS = 3_600_000;

/** What a row keeps, without its key and its expiry. */
export const recordIn = <T>({ pk: _pk, sk: _sk, [TTL]: _ttl, ...record }: Row): T => record as T;

/** The value of the TTL attribute, in whole seconds, for a row of no more use `afterMs` after `at`. */
export const ttlAt = (at: number, afterMs = 0): number => Math.ceil((at + afterMs) / 1000);

/** How long a row is kept after its use has ended, so that late readers still find it. */
export const graceAfterExpiryMs = HOUR_MS;
