/** The default quota of an account and Region. */
export interface Quota {
  readonly value: number;
  /** As AWS calls it, in Service Quotas or in its documentation. */
  readonly name: string;
  /** `request`: raised on request; `settings`: set with the resource; `fixed`: cannot be raised. */
  readonly raised: "request" | "settings" | "fixed";
  readonly source: string;
}

const docs = "https://docs.aws.amazon.com";
const gateway = `${docs}/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html`;
const gatewayAccount = `${docs}/apigateway/latest/developerguide/limits.html`;
const lambda = `${docs}/lambda/latest/dg/gettingstarted-limits.html`;
const eventBridge = `${docs}/eventbridge/latest/userguide/eb-quota.html`;
const dynamo = `${docs}/amazondynamodb/latest/developerguide/ServiceQuotas.html`;
const warm = `${docs}/amazondynamodb/latest/developerguide/warm-throughput.html`;

/** The quotas of the large Regions; some are lower in small Regions. */
export const quotas = {
  requests: {
    value: 10_000,
    name: "API Gateway, Throttle rate (across HTTP, REST, WebSocket and WebSocket callback APIs): requests a second",
    raised: "request",
    source: gatewayAccount,
  },
  connects: {
    value: 500,
    name: "API Gateway, New connections per second per account (across all WebSocket APIs)",
    raised: "request",
    source: gateway,
  },
  concurrency: {
    value: 1000,
    name: "Lambda, Concurrent executions",
    raised: "request",
    source: lambda,
  },
  puts: {
    value: 10_000,
    name: "EventBridge, PutEvents throttle limit in transactions per second",
    raised: "request",
    source: eventBridge,
  },
  invocations: {
    value: 18_750,
    name: "EventBridge, Invocations throttle limit in transactions per second",
    raised: "request",
    source: eventBridge,
  },
  newTableWrites: {
    value: 4000,
    name: "DynamoDB, warm throughput of a new on-demand table: write units a second",
    raised: "settings",
    source: warm,
  },
  newTableReads: {
    value: 12_000,
    name: "DynamoDB, warm throughput of a new on-demand table: read units a second",
    raised: "settings",
    source: warm,
  },
  tableWrites: {
    value: 40_000,
    name: "DynamoDB, Table-level write throughput limit: write units a second",
    raised: "request",
    source: dynamo,
  },
  partitionWrites: {
    value: 1000,
    name: "DynamoDB, write units a second of one partition",
    raised: "fixed",
    source: dynamo,
  },
  partitionReads: {
    value: 3000,
    name: "DynamoDB, read units a second of one partition",
    raised: "fixed",
    source: dynamo,
  },
} as const satisfies Record<string, Quota>;

type QuotaName = keyof typeof quotas;

/** A load's use of a quota, in the quota's own unit. */
export type Taken = Partial<Record<QuotaName, number>>;

export interface Ceiling {
  readonly quota: Quota;
  /** The used amount. */
  readonly taken: number;
  /** How many times the load could grow until this quota binds; below 1 it binds already. */
  readonly room: number;
}

/** The quotas of a load, first the one that is reached first. */
export const ceilingsOf = (taken: Taken): Ceiling[] =>
  Object.entries(taken)
    .map(([name, of]) => {
      const quota = quotas[name as QuotaName];
      return { quota, taken: of, room: quota.value / of };
    })
    .sort((a, b) => a.room - b.room);
