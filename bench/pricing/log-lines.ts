import { assumed } from "./assumptions.ts";

/** The lines that an invocation writes to CloudWatch, with their length there. */

const id = "6f7a5ba7-5f0c-4ab2-9a0b-1f2d3c4b5a69";
const time = "2026-01-31T12:00:00.000Z";

/**
 * The lines that Lambda itself writes for an invocation in its JSON format at the level INFO
 * (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html).
 */
const platformLines = [
  { time, type: "platform.start", record: { requestId: id, version: "$LATEST" } },
  {
    time,
    type: "platform.report",
    record: {
      requestId: id,
      metrics: { durationMs: 101.51, billedDurationMs: 102, memorySizeMB: 1024, maxMemoryUsedMB: 110 },
      tracing: {
        spanId: "1a2b3c4d5e6f7a8b",
        type: "X-Amzn-Trace-Id",
        value: `Root=1-65b8c0de-${"0".repeat(24)};Parent=1a2b3c4d5e6f7a8b;Sampled=0;Lineage=1:12345678:0`,
      },
      status: "success",
    },
  },
];

/** A metric, as a function writes it in CloudWatch's embedded format. */
const metricLine = {
  _aws: {
    Timestamp: 1769860800000,
    CloudWatchMetrics: [
      {
        Namespace: "Callboard",
        Dimensions: [["stage", "service"]],
        Metrics: [{ Name: "push_posts", Unit: "Count" }],
      },
    ],
  },
  service: "ingest",
  push_posts: 2,
};

/** The access log of an API's stage for a message: the fields that SST names. */
const accessLine = {
  requestTime: "31/Jan/2026:12:00:00 +0000",
  requestId: "AAabCdEfGhIjKl=",
  eventType: "MESSAGE",
  routeKey: "$default",
  status: 200,
  integrationRequestId: id,
  integrationStatus: "200",
  integrationLatency: "23",
  integrationServiceStatus: "200",
  ip: "203.0.113.10",
  userAgent:
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  connectedAt: "1769860000000",
  connectionId: "AAabCdEfGhIjKl=",
};

const kilobytes = (...lines: readonly object[]): number =>
  lines.reduce((sum, line) => sum + Buffer.byteLength(JSON.stringify(line)) + assumed("logEventBytes"), 0) /
  1000;

/** KB of logs of an invocation with that many metrics, and of the access log if a client invoked it. */
export const logKilobytes = ({ metrics, access }: { metrics: number; access: boolean }): number =>
  kilobytes(
    ...platformLines,
    ...Array.from({ length: metrics }, () => metricLine),
    ...(access ? [accessLine] : []),
  );
