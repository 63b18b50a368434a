import { defaultPlace } from "../arn.ts";
import type { Clock } from "../clock/clock.ts";
import { AwsError, type JsonCall, type Operations, spoken } from "../endpoint/aws-json.ts";
import type { EndpointService } from "../endpoint/service.ts";
import { isObject } from "../json.ts";
import { type Store, StoreFailure } from "../store/store.ts";
import { batchOperations } from "./batch-operations.ts";
import { openCatalogue } from "./catalogue.ts";
import { itemOperations } from "./item-operations.ts";
import { LARGEST_REQUEST } from "./proxy.ts";
import { readOperations } from "./read-operations.ts";
import { tableOperations } from "./table-operations.ts";
import { tagOperations } from "./tag-operations.ts";
import { transactionOperations } from "./transaction-operations.ts";
import { openUpkeep } from "./upkeep.ts";

export interface DynamodbOptions {
  readonly store: Store;
  /** Says when tables were created, items expire and tokens of transactions are forgotten. */
  readonly clock: Clock;
  readonly region?: string;
  readonly accountId?: string;
}

/** A DynamoDB in this process: a service of the endpoint, and to be called without HTTP. */
export interface Dynamodb extends EndpointService {
  /** By their names: JSON in, JSON out. They reject with `AwsError`. */
  readonly operations: Operations;
  readonly call: JsonCall;
  /**
   * Removes a bounded number of items that have expired and of what deleted tables have left; resolves with how many
   * items expired. To be called from time to time. Rejects when the store cannot write.
   */
  sweep(): Promise<number>;
}

/** What the API has and this engine has not, by what it belongs to. */
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
 * DynamoDB on a store. It serves the operations on items, tables and times to live; what it does not serve it refuses by
 * name. A write is one transaction of the store and is answered once it is on the disk; reads see what is there, so that
 * they are all strongly consistent.
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
    ...spoken(operations, LARGEST_REQUEST),
    sweep: upkeep.sweep,
  };
}

/** A store that cannot write is answered as what passes: the SDK tries again. */
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
