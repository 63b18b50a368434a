import type { DeployedFunction } from "@callboard/functions/deployment";
import type { BusParts } from "./bus.ts";
import { pascal } from "./functions.ts";
import type { Settings } from "./settings.ts";

const namespace = "Callboard";

interface Watched {
  readonly name: string;
  /** What it means, and where one looks first. */
  readonly description: string;
  readonly metricName: string;
  readonly namespace: string;
  readonly dimensions?: Record<string, $util.Input<string>>;
  readonly statistic?: "Sum" | "Maximum";
  /** It goes off above this, in five minutes. */
  readonly above?: number;
}

const service = (name: string, metricName: string, fn: DeployedFunction, description: string): Watched => ({
  name,
  description,
  metricName,
  namespace,
  dimensions: { service: fn },
});

/** What somebody has to look at, and a page that shows how it goes. */
export function alarms(
  settings: Settings,
  { undelivered, failed, wakeups }: BusParts & { readonly wakeups: aws.sqs.Queue },
  table: sst.aws.Dynamo,
  functions: Readonly<Record<string, sst.aws.Function>>,
): void {
  const topic = new aws.sns.Topic("Alarms");
  if (settings.alarmEmail)
    new aws.sns.TopicSubscription("AlarmEmail", {
      topic: topic.arn,
      protocol: "email",
      endpoint: settings.alarmEmail,
    });
  const watched = [
    ...queues({ undelivered, failed }),
    late(wakeups),
    ...relays,
    ...tables(table),
    ...Object.entries(functions).flatMap(([name, fn]) => lambdas(pascal(name), fn)),
  ];
  for (const { name, above = 0, statistic = "Sum", ...metric } of watched)
    new aws.cloudwatch.MetricAlarm(`Alarm${name}`, {
      ...metric,
      alarmDescription: metric.description,
      statistic,
      period: 300,
      evaluationPeriods: 1,
      threshold: above,
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: "notBreaching",
      alarmActions: [topic.arn],
    } as aws.cloudwatch.MetricAlarmArgs);
  dashboard(watched);
}

const queues = (of: Pick<BusParts, "undelivered" | "failed">): Watched[] =>
  (["undelivered", "failed"] as const).map((which) => ({
    name: which === "undelivered" ? "UndeliveredEvents" : "FailedInvocations",
    description:
      which === "undelivered"
        ? "Events that EventBridge could not hand over: npx callboard ops dead-letters"
        : "Events that a function could not take: npx callboard ops dead-letters",
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: of[which].name },
    statistic: "Maximum" as const,
  }));

/** A message is delayed by two minutes at most, and then dealt with at once. */
const late = (wakeups: aws.sqs.Queue): Watched => ({
  name: "WakeupsLate",
  description: "The clock does not take its messages: deadlines act at its next poll, up to a minute late",
  namespace: "AWS/SQS",
  metricName: "ApproximateAgeOfOldestMessage",
  dimensions: { QueueName: wakeups.name },
  statistic: "Maximum",
  above: 300,
});

const relays: Watched[] = [
  service("Undeliverable", "undeliverable", "relay", "Answers that their execution did not take"),
  service("Unconfirmed", "unconfirmed", "relay", "Answers of which nobody knows whether they arrived"),
  service("NoDeadline", "requests_without_deadline", "ingest", "Questions that nothing will ever end"),
];

const tables = (table: sst.aws.Dynamo): Watched[] => [
  {
    name: "TableThrottled",
    description: "DynamoDB refuses requests: a partition is hot, or the account is at its limit",
    namespace: "AWS/DynamoDB",
    metricName: "ThrottledRequests",
    dimensions: { TableName: table.name },
  },
];

const lambdas = (name: string, fn: sst.aws.Function): Watched[] =>
  (["Errors", "Throttles"] as const).map((metricName) => ({
    name: `${name}${metricName}`,
    description: `${metricName} of the function ${name}`,
    namespace: "AWS/Lambda",
    metricName,
    dimensions: { FunctionName: fn.name },
  }));

/** Pushes, relays and open requests; below them whatever alarms. */
function dashboard(watched: readonly Watched[]): void {
  const region = aws.getRegionOutput().region;
  const own = (title: string, metrics: [string, DeployedFunction][], stat: string) => ({
    title,
    metrics: metrics.map(([metric, fn]) => [namespace, metric, "service", fn]),
    stat,
  });
  const widgets = [
    own(
      "Milliseconds to post a page",
      [
        ["push_ms", "ingest"],
        ["push_ms", "fanout"],
      ],
      "p99",
    ),
    own(
      "Posts a page",
      [
        ["push_posts", "ingest"],
        ["push_posts", "fanout"],
      ],
      "Maximum",
    ),
    own(
      "Posts that were missed",
      [
        ["push_missed", "ingest"],
        ["push_missed", "fanout"],
      ],
      "Sum",
    ),
    own("Relay, milliseconds from answer to execution", [["relay_ms", "relay"]], "p99"),
    own("Open requests", [["open_requests", "clock"]], "Maximum"),
    own("What no message came for, found by a poll", [["due", "clock"]], "Maximum"),
    own("Gaps that heartbeats found", [["gaps", "socket"]], "Sum"),
  ];
  new aws.cloudwatch.Dashboard("Dashboard", {
    dashboardName: `${$app.name}-${$app.stage}`,
    dashboardBody: $util.jsonStringify({
      widgets: [
        ...widgets.map((widget, at) => ({
          type: "metric",
          x: (at % 2) * 12,
          y: Math.floor(at / 2) * 6,
          width: 12,
          height: 6,
          properties: { ...widget, region, period: 60 },
        })),
        ...watched.map(({ name, namespace: of, metricName, dimensions = {}, statistic = "Sum" }, at) => ({
          type: "metric",
          x: (at % 4) * 6,
          y: 24 + Math.floor(at / 4) * 4,
          width: 6,
          height: 4,
          properties: {
            title: name,
            region,
            period: 300,
            stat: statistic,
            metrics: [[of, metricName, ...Object.entries(dimensions).flat()]],
          },
        })),
      ],
    }),
  });
}
