import { defaultPlace } from "../arn.ts";
import type { Clock } from "../clock/clock.ts";
import { AwsError, type JsonCall, type Operations, overJson } from "../endpoint/aws-json.ts";
import type { EndpointService } from "../endpoint/service.ts";
import { isObject } from "../json.ts";
import { type Store, StoreFailure } from "../store/store.ts";
import { batchOperations } from "./batch-operations.ts";
import { openCatalogue } from "./catalogue.ts";
import { itemOperations } from "./item-operations.ts";
import { MAX_REQUEST_SIZE } from "./proxy.ts";
import { readOperations } from "./read-operations.ts";
import { tableOperations } from "./table-operations.ts";
import { tagOperations } from "./tag-operations.ts";
import { transactionOperations } from "./transaction-operations.ts";
import { openUpkeep } from "./upkeep.ts";

export interface DynamodbOptions {
  readonly store: Store;
  /** The time of tables' creation, for expiry of items and of transactions' tokens. */
  readonly clock: Clock;
  readonly region?: string;
  readonly accountId?: string;
}

/** A DynamoDB in this process: a service of the endpoint, also callable without HTTP. */
export interface Dynamodb extends EndpointService {
  /** The operations by name: JSON in, JSON out. They reject with `AwsError`. */
  readonly operations: Operations;
  readonly call: JsonCall;
  /**
   * Removes a limited number of expired items and of rows of deleted tables; resolves with the number of expired items.
   * Call it from time to time. Rejects when the store cannot write.
   */
  sweep(): Promise<number>;
}

/** Operations of the API that this engine does not have, grouped by feature. */
const UNSERVED: Readonly<Record<string, readonly string[]>> = {
  PartiQL: ["ExecuteStatement", "ExecuteTransaction", "BatchExecuteStatement"],
  "global tables": [
    "CreateGlobalTable",
    "DescribeGlobalTable",
    "DescribeGlobalTableSettings",
    "ListGlobalTables",
    "UpdateGlobalTable",
    "UpdateGlobalTableSettings",
    "DescribeTableReplicaAutoScaling",
    "UpdateTableReplicaAutoScaling",
  ],
  backups: [
    "CreateBackup",
    "DeleteBackup",
    "DescribeBackup",
    "DescribeContinuousBackups",
    "ListBackups",
    "RestoreTableFromBackup",
    "RestoreTableToPointInTime",
    "UpdateContinuousBackups",
  ],
  streams: [
    "DescribeKinesisStreamingDestination",
    "DisableKinesisStreamingDestination",
    "EnableKinesisStreamingDestination",
    "UpdateKinesisStreamingDestination",
  ],
};

/**
 * DynamoDB on a store. It serves the operations on items, tables and TTL, and refuses others by name. A write is one
 * transaction of the store and is answered when it is on the disk; reads see the current state, so all are strongly
 * consistent.
 */
export function createDynamodb(options: DynamodbOptions): Dynamodb {
  const { store, clock } = options;
  const place = {
    region: options.region ?? defaultPlace.region,
    accountId: options.accountId ?? defaultPlace.accountId,
  };
  const tables = openCatalogue(store);
  const upkeep = openUpkeep({ store, clock, tables });
  const operations = guarded({
    ...itemOperations({ store, tables }),
    ...readOperations({ store, tables }),
    ...batchOperations({ store, tables }),
    ...transactionOperations({ store, clock, tables }),
    ...tableOperations({ store, clock, place, tables, upkeep }),
    ...tagOperations({ tables }),
  });
  return {
    name: "DynamoDB",
    target: "DynamoDB_20120810",
    operations,
    ...overJson(operations, MAX_REQUEST_SIZE),
    sweep: upkeep.sweep,
  };
}

/** If the store cannot write, the answer is a transient error: the SDK retries. */
function guarded(own: Operations): Operations {
  const all: Operations = {};
  const refuse = (name: string, why: string) => {
    all[name] = async () => {
      throw new AwsError("UnknownOperationException", `${name}${why}`);
    };
  };
  for (const [what, names] of Object.entries(UNSERVED))
    for (const name of names) refuse(name, ` (${what}) is not served here`);
  refuse(
    "UpdateTable",
    " is not served here: create a table as it is to be, with its indexes, and copy the items",
  );
  for (const [name, operation] of Object.entries(own))
    all[name] = async (input: unknown) => {
      if (!isObject(input)) throw new AwsError("SerializationException", "the input is not a structure");
      try {
        return await operation(input as never);
      } catch (cause) {
        if (!(cause instanceof StoreFailure)) throw cause;
        throw new AwsError("InternalServerError", cause.message, 500);
      }
    };
  return all;
}
