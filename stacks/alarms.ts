import { type DeployedFunction, indexes } from "@callboard/functions/deployment";
import type { Apis } from "./apis.ts";
import type { BusParts, BusRuleMade } from "./bus.ts";
import { pascal } from "./functions.ts";
import { type Known, when } from "./known.ts";
import { longestName, type Names } from "./names.ts";
import type { Settings } from "./settings.ts";

/** The CloudWatch namespace of Callboard's own metrics, which have the dimensions stage and function. */
const NAMESPACE = "Callboard";

/** A metric that a function of this stage writes. */
const serviceOf =
  ({ stageId }: Names) =>
  (name: string, metricName: string, fn: DeployedFunction, description: string): Watched => ({
    name,
    description,
    metricName,
    namespace: NAMESPACE,
    dimensions: { stage: stageId(), service: fn },
  });

type Dimensions = Readonly<Record<string, $util.Input<string>>>;

/** A metric, and the value from which somebody must look at it. */
interface Watched {
  readonly name: string;
  /** What it means, and where to look first. */
  readonly description: string;
  readonly metricName: string;
  readonly namespace: string;
  readonly dimensions: Dimensions;
  readonly statistic?: "Sum" | "Maximum";
  /** The alarm goes off above this, in five minutes. */
  readonly above?: number;
  /** The alarm goes off when there was none in ten minutes, and also when the metric is missing. */
  readonly silent?: true;
}

/** The resources that alarms watch. */
export interface Watchable {
  readonly bus: Pick<BusParts, "own" | "undelivered" | "failed">;
  readonly rules: readonly BusRuleMade[];
  readonly wakeups: aws.sqs.Queue;
  readonly table: sst.aws.Dynamo;
  readonly apis: Apis;
  readonly functions: Readonly<Record<string, sst.aws.Function>>;
}

/** Alarms for what somebody must look at, and a dashboard. docs/operate.md says what to do about each. */
export function alarms(
  names: Names,
  settings: Settings,
  known: Known<Settings>,
  on: Watchable,
): aws.sns.Topic {
  const { inStack, stageName } = names;
  const topic = new aws.sns.Topic(inStack("Alarms"), { name: stageName(longestName.alarm, "Alarms") });
  if (settings.alarmEmail)
    new aws.sns.TopicSubscription(inStack("AlarmEmail"), {
      topic: topic.arn,
      protocol: "email",
      endpoint: when(known, ({ alarmEmail }) => alarmEmail!),
    });
  const watched = [
    ...queues(on),
    ...clockwork(names, on),
    ...own(names),
    ...tables(on.table),
    ...apiFaults(names, on.apis),
    ...on.rules.map(handOvers),
    ...account(settings),
    ...Object.entries(on.functions).map(([name, fn]) => errorsOf(pascal(name), fn)),
  ];
  for (const { name, above = 0, statistic = "Sum", silent, description, ...metric } of watched)
    new aws.cloudwatch.MetricAlarm(inStack(`Alarm${name}`), {
      ...metric,
      name: stageName(longestName.alarm, name),
      alarmDescription: description,
      statistic,
      period: 300,
      alarmActions: [topic.arn],
      ...(silent
        ? {
            evaluationPeriods: 2,
            threshold: 1,
            comparisonOperator: "LessThanThreshold",
            treatMissingData: "breaching",
          }
        : {
            evaluationPeriods: 1,
            threshold: above,
            comparisonOperator: "GreaterThanThreshold",
            treatMissingData: "notBreaching",
          }),
    });
  dashboard(names, watched);
  return topic;
}

const queues = ({ bus }: Watchable): Watched[] =>
  (["undelivered", "failed"] as const).map((which) => ({
    name: which === "undelivered" ? "UndeliveredEvents" : "FailedInvocations",
    description:
      which === "undelivered"
        ? "Events that EventBridge could not deliver: npx callboard ops dead-letters"
        : "Events that a function could not process: npx callboard ops dead-letters",
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: bus[which].name },
    statistic: "Maximum" as const,
  }));

/** Alarms of the clock, which does what must happen by itself. */
const clockwork = (names: Names, { wakeups, functions }: Watchable): Watched[] => [
  {
    // A message is delayed by two minutes at most, and then handled at once.
    name: "WakeupsLate",
    description:
      "The clock does not receive its messages: deadlines act at its next poll, up to a minute late",
    namespace: "AWS/SQS",
    metricName: "ApproximateAgeOfOldestMessage",
    dimensions: { QueueName: wakeups.name },
    statistic: "Maximum",
    above: 300,
  },
  {
    name: "ClockSilent",
    description: "The clock was not invoked for ten minutes: no deadline acts and nothing is repaired",
    namespace: "AWS/Lambda",
    metricName: "Invocations",
    dimensions: { FunctionName: functions.clock.name },
    silent: true,
  },
  {
    ...serviceOf(names)(
      "ClockLate",
      "late_ms",
      "clock",
      "Something has been due for over five minutes and was not done",
    ),
    statistic: "Maximum",
    above: 300_000,
  },
];

/** Those of Callboard's own metrics that somebody must look at. */
function own(names: Names): Watched[] {
  const service = serviceOf(names);
  return [
    service("Undeliverable", "undeliverable", "relay", "Answers that their execution refused"),
    service(
      "Unconfirmed",
      "unconfirmed",
      "relay",
      "Answers that may or may not have reached their execution",
    ),
    {
      ...service(
        "RelayAge",
        "relay_age_ms",
        "relay",
        "An answer has waited for its execution for over five minutes",
      ),
      statistic: "Maximum",
      above: 300_000,
    },
    service("NoDeadline", "requests_without_deadline", "ingest", "Questions that nothing will ever end"),
    ...(["ingest", "fanout"] as const).map((fn) => ({
      ...service(
        `${pascal(fn)}PushesMissed`,
        "push_missed",
        fn,
        "Posts that were given up: those clients notice at their next heartbeat",
      ),
      // A few are normal when there are many viewers.
      above: 100,
    })),
  ];
}

/** `ThrottledRequests` needs the operation besides the table's name; these metrics exist without it. */
function tables(table: sst.aws.Dynamo): Watched[] {
  const places: [string, Dimensions][] = [
    ["Table", {}],
    ...Object.values(indexes).map((index): [string, Dimensions] => [
      `Index${pascal(index)}`,
      { GlobalSecondaryIndexName: index },
    ]),
  ];
  return places.flatMap(([place, dimensions]) =>
    (["Read", "Write"] as const).map((kind) => ({
      name: `${place}${kind}sThrottled`,
      description: `DynamoDB refuses ${kind.toLowerCase()}s: a partition is hot, or the account is at its limit`,
      namespace: "AWS/DynamoDB",
      metricName: `${kind}ThrottleEvents`,
      dimensions: { TableName: table.name, ...dimensions },
    })),
  );
}

/** Failures of both APIs, and their throttled requests. */
function apiFaults(names: Names, { socket, http }: Apis): Watched[] {
  const api = (
    name: string,
    of: { readonly id: $util.Input<string> },
    metricName: string,
    description: string,
  ) => ({
    name,
    description,
    namespace: "AWS/ApiGateway",
    metricName,
    dimensions: { ApiId: of.id, Stage: "$default" },
  });
  const socketApi = { id: socket.nodes.api.id };
  return [
    api(
      "HttpApi5xx",
      { id: http.nodes.api.id },
      "5xx",
      "The HTTP API answered 5xx: the log of Requests or Videos",
    ),
    api(
      "SocketApiFailed",
      socketApi,
      "ExecutionError",
      "The WebSocket API could not call the function Socket",
    ),
    {
      ...api(
        "SocketApiRefused",
        socketApi,
        "IntegrationError",
        "Connections were refused: the log of Socket",
      ),
      // Also counts clients that offer no subprotocol.
      above: 20,
    },
    ...(
      [
        ["HttpApi", http.nodes.logGroup.name],
        ["SocketApi", socket.nodes.logGroup.name],
      ] as const
    ).map(([name, log]) => throttled(names, name, log)),
  ];
}

/** APIs do not count 429 separately: their access logs do. */
function throttled({ inStack, stageName }: Names, name: string, logGroupName: $util.Input<string>): Watched {
  const metricName = `${name}Throttled`;
  const own = `${NAMESPACE}/${stageName(longestName.alarm - NAMESPACE.length - 1)}`;
  new aws.cloudwatch.LogMetricFilter(inStack(metricName), {
    logGroupName,
    pattern: '{ $.status = "429" }',
    metricTransformation: { name: metricName, namespace: own, value: "1" },
  });
  return {
    name: metricName,
    description: "An API answers 429: its throttle or the account's quota is reached",
    namespace: own,
    metricName,
    dimensions: {},
    above: 20,
  };
}

/** Only this metric shows an event that could be neither delivered nor kept. */
const handOvers = ({ name, rule, bus }: BusRuleMade): Watched => ({
  name: `${name}Lost`,
  description: "Events that could be neither delivered nor put into UndeliveredEvents: they are lost",
  namespace: "AWS/Events",
  metricName: "InvocationsFailedToBeSentToDlq",
  dimensions: { RuleName: rule, ...(bus === undefined ? {} : { EventBusName: bus }) },
});

/** Lambda's limit belongs to the account in this Region, whatever functions use it. */
const account = ({ concurrency }: Settings): Watched[] => [
  {
    name: "Concurrency",
    description:
      "The account is near its limit of concurrent executions: have it raised before invocations are refused",
    namespace: "AWS/Lambda",
    metricName: "ConcurrentExecutions",
    dimensions: {},
    statistic: "Maximum",
    above: Math.floor(concurrency * 0.8),
  },
  {
    name: "Throttles",
    description: "Lambda refuses invocations in this account: its limit of concurrent executions is reached",
    namespace: "AWS/Lambda",
    metricName: "Throttles",
    dimensions: {},
  },
];

const errorsOf = (name: string, fn: sst.aws.Function): Watched => ({
  name: `${name}Errors`,
  description: `Invocations of the function ${name} that failed: its log`,
  namespace: "AWS/Lambda",
  metricName: "Errors",
  dimensions: { FunctionName: fn.name },
});

/** The dashboard: pushes, relays and open requests; below them everything with an alarm. */
function dashboard({ inStack, stageId, stageName }: Names, watched: readonly Watched[]): void {
  const region = aws.getRegionOutput().region;
  const own = (title: string, metrics: [string, DeployedFunction][], stat: string) => ({
    title,
    metrics: metrics.map(([metric, fn]) => [NAMESPACE, metric, "stage", stageId(), "service", fn]),
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
    own("Due work without a message, found by a poll", [["due", "clock"]], "Maximum"),
    own("Gaps that heartbeats found", [["gaps", "socket"]], "Sum"),
  ];
  new aws.cloudwatch.Dashboard(inStack("Dashboard"), {
    dashboardName: stageName(longestName.alarm),
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
        ...watched.map(({ name, namespace: of, metricName, dimensions, statistic = "Sum" }, at) => ({
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
