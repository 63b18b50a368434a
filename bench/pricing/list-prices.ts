/** A price as it is published, in US dollars. */
export interface Price {
  readonly dollars: number;
  /** The unit that it buys. */
  readonly per: string;
  /** How many of the units counted in a bill that is. */
  readonly units: number;
  /** Where it is published. */
  readonly source: string;
}

const million = (dollars: number, of: string, source: string): Price => ({
  dollars,
  per: `million ${of}`,
  units: 1e6,
  source,
});
/** Bills count bytes in KB, of which a gigabyte is a million. */
const gigabyte = (dollars: number, of: string, source: string): Price => ({
  dollars,
  per: `gigabyte ${of}`,
  units: 1e6,
  source,
});

const apiGateway = "https://aws.amazon.com/api-gateway/pricing/";
const appSync = "https://aws.amazon.com/appsync/pricing/";
const cloudWatch = "https://aws.amazon.com/cloudwatch/pricing/";
const dynamo = "https://aws.amazon.com/dynamodb/pricing/on-demand/";
const eventBridge = "https://aws.amazon.com/eventbridge/pricing/";
const iot = "https://aws.amazon.com/iot-core/pricing/";
const lambda = "https://aws.amazon.com/lambda/pricing/";
const sqs = "https://aws.amazon.com/sqs/pricing/";
const transfer = "https://aws.amazon.com/ec2/pricing/on-demand/";
const xRay = "https://aws.amazon.com/xray/pricing/";
const ably = "https://ably.com/pricing";

/** List prices of the first tier in us-east-1, without free tiers and discounts, as known in November 2026. */
export const prices = {
  message: million(1, "WebSocket messages of up to 32 KB, either way", apiGateway),
  connectionMinute: million(0.25, "connection minutes", apiGateway),
  writeUnit: million(0.625, "write request units", dynamo),
  readUnit: million(0.125, "read request units", dynamo),
  event: million(1, "events of up to 64 KB", eventBridge),
  invocation: million(0.2, "invocations", lambda),
  gigabyteSecond: million(13.3334, "gigabyte-seconds on arm64", lambda),
  mail: {
    dollars: 0.1,
    per: "thousand mails sent",
    units: 1000,
    source: "https://aws.amazon.com/ses/pricing/",
  },
  scheduled: million(1, "invocations by a schedule", eventBridge),
  queueRequest: million(0.4, "requests of a standard queue, empty ones too", sqs),
  trace: million(5, "traces recorded", xRay),
  logKilobyte: gigabyte(0.5, "of logs taken in", cloudWatch),
  archiveKilobyte: gigabyte(0.1, "of events taken into an archive", eventBridge),
  outKilobyte: gigabyte(0.09, "sent to the internet, after the 100 of a month that are free", transfer),
  hostedZoneMonth: {
    dollars: 0.5,
    per: "private hosted zone, a month",
    units: 1,
    source: "https://aws.amazon.com/route53/pricing/",
  },
  metricMonth: { dollars: 0.3, per: "custom metric, a month", units: 1, source: cloudWatch },
  appSyncOperation: million(1, "operations of up to 5 KB (publish, deliver, subscribe, connect)", appSync),
  appSyncMinute: million(0.08, "connection minutes", appSync),
  iotMessage: million(1, "messages of up to 5 KB, either way", iot),
  iotMinute: million(0.08, "connection minutes", iot),
  ablyMessage: million(2.5, "messages, published or delivered", ably),
  ablyConnectionMinute: million(1, "connection minutes", ably),
  ablyChannelMinute: million(1, "channel minutes", ably),
} as const satisfies Record<string, Price>;

export type Bill = Partial<Record<keyof typeof prices, number>>;

/** The sum of a bill, in dollars. */
export const dollarsOf = (bill: Bill): number =>
  Object.entries(bill).reduce(
    (sum, [of, count]) => sum + (prices[of as keyof Bill].dollars * count) / prices[of as keyof Bill].units,
    0,
  );

/** Several bills as one. */
export function sumOf(...bills: readonly Bill[]): Bill {
  const total: Record<string, number> = {};
  for (const bill of bills)
    for (const [of, count] of Object.entries(bill)) total[of] = (total[of] ?? 0) + count;
  return total;
}

/** A bill multiplied by a number. */
export const times = (count: number, bill: Bill): Bill =>
  Object.fromEntries(Object.entries(bill).map(([of, one]) => [of, one * count]));

/** Pusher sells plans: connections at a time, messages a day, dollars a month (https://pusher.com/channels/pricing/). */
export const pusherPlans = [
  { name: "Startup", connections: 500, messagesADay: 1e6, dollars: 49 },
  { name: "Pro", connections: 2000, messagesADay: 4e6, dollars: 99 },
  { name: "Business", connections: 5000, messagesADay: 10e6, dollars: 299 },
  { name: "Premium", connections: 10_000, messagesADay: 20e6, dollars: 499 },
  { name: "Growth", connections: 15_000, messagesADay: 40e6, dollars: 699 },
  { name: "Plus", connections: 20_000, messagesADay: 60e6, dollars: 899 },
  { name: "Growth Plus", connections: 30_000, messagesADay: 90e6, dollars: 1199 },
] as const;
