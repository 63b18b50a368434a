import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Clock, Ids } from "@callboard/core";

/** What a store stands on. */
export interface Table {
  readonly name: string;
  /** Made by `documentClient`. */
  readonly documents: DynamoDBDocumentClient;
  /** Paces repeated tries; decides nothing. */
  readonly clock: Clock;
  /** How long a closed request is kept; left out, for 90 days. */
  readonly retentionDays?: number;
  /** Which restored table this is; left out: the first. */
  readonly generation?: string;
  /** Tells one write of a head from any other; left out: the machine's chance. */
  readonly ids?: Pick<Ids, "random">;
}

/** The document client as every store expects it: undefined attributes are left out, null is kept. */
export const documentClient = (client: DynamoDBClient): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });

/** A row as the document client gives it. */
export type Row = Record<string, unknown>;

const HOUR_MS = 3_600_000;

/** The value of the TTL attribute, in whole seconds, for a row of no more use `afterMs` after `at`. */
export const ttlAt = (at: number, afterMs = 0): number => Math.ceil((at + afterMs) / 1000);

/** How long a row is kept after its use has ended, so that late readers still find it. */
export const graceAfterExpiryMs = HOUR_MS;
