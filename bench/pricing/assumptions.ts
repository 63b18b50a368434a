/** A number that prices depend on and that no test counts. */
export interface Assumption {
  readonly value: number;
  readonly what: string;
  /** Where it is published, or what measured it. */
  readonly source: string;
}

const docs = "https://docs.aws.amazon.com";
const lambda = `${docs}/lambda/latest/dg`;
const dynamo = `${docs}/amazondynamodb/latest/developerguide/Introduction.html`;
const assumedInRegion = "assumed of a call within a Region";

/** Every assumption of the prices, as it is listed with the results. */
export const assumptions = {
  usualMs: {
    value: 5,
    what: "ms of an invocation before its first call and after its last",
    source: `${lambda}/lambda-runtime-environment.html (warm: environments that are started are not counted)`,
  },
  cpuMsACall: {
    value: 1,
    what: "ms of a processor a call, where the row `load` was not measured yet (else its time for an event, shared among the event's calls)",
    source: "measured: the SDK's clients take 0.9 to 1.4 ms",
  },
  memoryMbACpu: {
    value: 1769,
    what: "MB of memory with which a function has one whole processor; with less its share of it",
    source: `${lambda}/configuration-memory.html`,
  },
  readMs: { value: 4, what: "ms until a read of the table is answered", source: dynamo },
  writeMs: { value: 6, what: "ms until a write of the table is answered", source: dynamo },
  transactionMs: { value: 12, what: "ms until a transaction is answered", source: dynamo },
  postMs: { value: 15, what: "ms until a post to a connection is answered", source: assumedInRegion },
  putMs: {
    value: 15,
    what: "ms until a put of events, or a message to a queue, is answered",
    source: assumedInRegion,
  },
  mailMs: { value: 100, what: "ms until SES has taken a mail", source: assumedInRegion },
  workflowMs: { value: 20, what: "ms until Step Functions has answered", source: assumedInRegion },
  postsAtOnce: {
    value: 128,
    what: "posts of a page that are under way at once",
    source: "packages/functions/src/push",
  },
  invocationsASecond: {
    value: 100,
    what: "invocations of a function a second, of which X-Ray records the first and a twentieth of the others; below one a second it records all of them, which is $5 a million",
    source: `${lambda}/services-xray.html`,
  },
  eventKilobytes: {
    value: 0.9,
    what: "KB of an event in the archive, with its envelope",
    source: `${docs}/eventbridge/latest/userguide/eb-archive.html`,
  },
  logEventBytes: {
    value: 26,
    what: "bytes that CloudWatch adds to every line of a log",
    source: `${docs}/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html`,
  },
  messageKilobytes: {
    value: 0.5,
    what: "KB of a message to a client: a delta of one or two items, or an answer, with its frame and its share of TLS",
    source: "counted of the examples in PROTOCOL.md",
  },
  queueRequests: {
    value: 3,
    what: "requests for each message of a queue: sent, received, deleted",
    source: "https://aws.amazon.com/sqs/pricing/",
  },
  queuePollers: {
    value: 5,
    what: "long polls of 20 s that go on at once for a function that a queue invokes, also when it is empty",
    source: `${lambda}/services-sqs-scaling.html`,
  },
  probeMinutes: {
    value: 5,
    what: "minutes between two probes of a question that waits without a heartbeat of its own",
    source: "packages/core/src/request/agenda.ts",
  },
} as const satisfies Record<string, Assumption>;

export const assumed = (name: keyof typeof assumptions): number => assumptions[name].value;
