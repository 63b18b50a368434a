import { type DeployedFunction, indexes } from "@callboard/functions/deployment";
import type { Apis } from "./apis.ts";
import type { BusParts, BusRuleMade } from "./bus.ts";
import { pascal } from "./functions.ts";
import { type Known, when } from "./known.ts";
import { longestName, type Names } from "./names.ts";
import type { Settings } from "./settings.ts";

/** Where Callboard's own metrics stand, by stage and function. */
const namespace = "Callboard";

/** A metric that a function of this stage writes. */
const serviceOf =
  ({ stageId }: Names) =>
  (name: string, metricName: string, fn: DeployedFunction, description: string): Watched => ({
    name,
    description,
    metricName,
    namespace,
    dimensions: { stage: stageId(), service: fn },
  });

type Dimensions = Readonly<Record<string, $util.Input<string>>>;

/** A metric, and from where on somebody has to look at it. */
interface Watched {
  readonly name: string;
  /** What it means, and where one looks first. */
  readonly description: string;
  readonly metricName: string;
  readonly namespace: string;
  readonly dimensions: Dimensions;
  readonly statistic?: "Sum" | "Maximum";
  /** It goes off above this, in five minutes. */
  readonly above?: number;
  /** It goes off when there was none in ten minutes, and when nobody counts any more. */
  readonly silent?: true;
}

/** What alarms are set on. */
export interface Watchable {
  readonly bus: Pick<BusParts, "own" | "undelivered" | "failed">;
  readonly rules: readonly BusRuleMade[];
  readonly wakeups: aws.sqs.Queue;
  readonly table: sst.aws.Dynamo;
  readonly apis: Apis;
  readonly functions: Readonly<Record<string, sst.aws.Function>>;
}

/** What somebody has to look at, and a page that shows how it goes. docs/operate.md says what is to be done for each. */
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
        ? "Events that EventBridge could not hand over: npx callboard ops dead-letters"
        : "Events that a function could not take: npx callboard ops dead-letters",
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: bus[which].name },
    statistic: "Maximum" as const,
  }));

/** Whatever is to happen by itself. */
const clockwork = (names: Names, { wakeups, functions }: Watchable): Watched[] => [
  {
    // A message is delayed by two minutes at most, and then dealt with at once.
    name: "WakeupsLate",
    description: "The clock does not take its messages: deadlines act at its next poll, up to a minute late",
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
      "Something is due for over five minutes, and nobody does it",
    ),
    statistic: "Maximum",
    above: 300_000,
  },
];

/** Of the metrics that Callboard writes, those that somebody has to look at. */
function own(names: Names): Watched[] {
  const service = serviceOf(names);
  return [
    service("Undeliverable", "undeliverable", "relay", "Answers that their execution did not take"),
    service("Unconfirmed", "unconfirmed", "relay", "Answers of which nobody knows whether they arrived"),
    {
      ...service(
        "RelayAge",
        "relay_age_ms",
        "relay",
        "An answer waits for its execution for over five minutes",
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
      // A few are usual where many watch.
      above: 100,
    })),
  ];
}

/** `ThrottledRequests` is there only with the operation beside the table's name: these are there without it. */
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

/** What both APIs could not answer, and what they had too much of. */
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
      // Whoever offers no subprotocol is refused as well.
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

/** No API counts its 429s by themselves: they are counted in its access log. */
function throttled({ inStack, stageName }: Names, name: string, logGroupName: $util.Input<string>): Watched {
  const metricName = `${name}Throttled`;
  const own = `${namespace}/${stageName(longestName.alarm - namespace.length - 1)}`;
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

/** Nothing else tells of an event that could neither be handed over nor kept. */
const handOvers = ({ name, rule, bus }: BusRuleMade): Watched => ({
  name: `${name}Lost`,
  description: "Events that could neither be handed over nor put into UndeliveredEvents: they are lost",
  namespace: "AWS/Events",
  metricName: "InvocationsFailedToBeSentToDlq",
  dimensions: { RuleName: rule, ...(bus === undefined ? {} : { EventBusName: bus }) },
});

/** Lambda's limit is the account's in this Region, whosever functions reach it. */
const account = ({ concurrency }: Settings): Watched[] => [
  {
    name: "Concurrency",
    description:
      "The account is near its limit of concurrent executions: have it raised before functions are refused",
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

/** Pushes, relays and open requests; below them whatever alarms. */
function dashboard({ inStack, stageId, stageName }: Names, watched: readonly Watched[]): void {
  const region = aws.getRegionOutput().region;
  const own = (title: string, metrics: [string, DeployedFunction][], stat: string) => ({
    title,
    metrics: metrics.map(([metric, fn]) => [namespace, metric, "stage", stageId(), "service", fn]),
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
