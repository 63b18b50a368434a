import type { Clock, Ids } from "@callboard/core";
import type { DynamoDb } from "../aws/dynamodb/dynamodb.ts";
import type { Values } from "../aws/dynamodb/values.ts";
import { TTL } from "./definition.ts";

/** What a store needs. */
export interface Table {
  readonly name: string;
  /** Reads within one turn of the event loop are sent together. */
  readonly dynamodb: DynamoDb;
  /** Only for the pauses between tries; no decision uses it. */
  readonly clock: Clock;
  /** How long a closed request is kept. Default: 90 days. */
  readonly retentionDays?: number;
  /** The generation of a restored table. Default: the first. */
  readonly generation?: string;
  /** Makes the id of each write of a head. Default: the machine's randomness. */
  readonly ids?: Pick<Ids, "random">;
}

/** A row in plain values: undefined attributes are left out, null is kept. */
export type Row = Values;

const HOUR_MS = 3_600_000;

/** A row's data, without its key and its expiry. */
export const recordIn = <T>({ pk: _pk, sk: _sk, [TTL]: _ttl, ...record }: Row): T => record as T;

/** The value of the TTL attribute, in whole seconds, for a row that is useless `afterMs` after `at`. */
export const ttlAt = (at: number, afterMs = 0): number => Math.ceil((at + afterMs) / 1000);

/** How long a row is kept after it has become useless, so that late readers still find it. */
export const graceAfterExpiryMs = HOUR_MS;
