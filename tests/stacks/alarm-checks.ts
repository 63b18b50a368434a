import { indexes } from "@callboard/functions/deployment";
import type { Resource, Synthesis } from "../../scripts/synth/resource.ts";
import type { Check } from "./checks.ts";
import { functionsOf, get, ofType } from "./stage.ts";

/**
 * The dimensions with which AWS and Callboard publish each metric that has an alarm. With other dimensions it would be
 * another metric without data, so the alarm would never go off. From the services' own pages about their metrics.
 */
const keptUnder: Readonly<Record<string, readonly string[]>> = {
  "AWS/SQS ApproximateNumberOfMessagesVisible": ["QueueName"],
  "AWS/SQS ApproximateAgeOfOldestMessage": ["QueueName"],
  "AWS/Lambda Errors": ["FunctionName"],
  "AWS/Lambda Invocations": ["FunctionName"],
  "AWS/Lambda Throttles": [""],
  "AWS/Lambda ConcurrentExecutions": [""],
  "AWS/DynamoDB ReadThrottleEvents": ["TableName", "GlobalSecondaryIndexName,TableName"],
  "AWS/DynamoDB WriteThrottleEvents": ["TableName", "GlobalSecondaryIndexName,TableName"],
  "AWS/ApiGateway 5xx": ["ApiId,Stage"],
  "AWS/ApiGateway ExecutionError": ["ApiId,Stage"],
  "AWS/ApiGateway IntegrationError": ["ApiId,Stage"],
  "AWS/Events InvocationsFailedToBeSentToDlq": ["RuleName", "EventBusName,RuleName"],
};

const named = ({ name, inputs }: Resource): string => String(inputs.name ?? name);

/** Possible values of dimensions that name a resource of the stage. */
function namesOf(stage: Synthesis): Readonly<Record<string, readonly string[]>> {
  const all = (type: string) => ofType(stage, type).map(named);
  const told = functionsOf(stage).map(({ variables }) => variables);
  return {
    QueueName: all("aws:sqs/queue:Queue"),
    FunctionName: all("aws:lambda/function:Function"),
    TableName: told.map(({ TABLE_NAME }) => TABLE_NAME!),
    GlobalSecondaryIndexName: Object.values(indexes),
    ApiId: ofType(stage, "aws:apigatewayv2/api:Api").map(({ name }) => name.toLowerCase()),
    Stage: ofType(stage, "aws:apigatewayv2/stage:Stage").map(({ inputs }) => String(inputs.name)),
    RuleName: all("aws:cloudwatch/eventRule:EventRule"),
    EventBusName: told.map(({ BUS_NAME }) => BUS_NAME!),
    stage: told.map(({ STAGE }) => STAGE!),
    service: functionsOf(stage).map(({ handler }) => /lambda\/(.+)\.handler$/.exec(handler)![1]!),
  };
}

const alarmsOf = (stage: Synthesis) => ofType(stage, "aws:cloudwatch/metricAlarm:MetricAlarm");

/** Every alarm watches a metric that is published, of a resource in the stage. */
export const alarmsAreSetOnWhatIsThere: Check = (stage) => {
  const names = namesOf(stage);
  const filtered = ofType(stage, "aws:cloudwatch/logMetricFilter:LogMetricFilter").map(({ inputs }) =>
    ["namespace", "name"].map((field) => get(inputs, "metricTransformation", field)).join(" "),
  );
  return alarmsOf(stage).flatMap(({ name, inputs }) => {
    const metric = `${inputs.namespace} ${inputs.metricName}`;
    const dimensions = Object.entries((inputs.dimensions ?? {}) as Record<string, string>);
    const under = dimensions
      .map(([key]) => key)
      .sort()
      .join();
    const kept = filtered.includes(metric)
      ? [""]
      : inputs.namespace === "Callboard"
        ? ["service,stage"]
        : keptUnder[metric];
    return [
      ...(kept?.includes(under) ? [] : [`${name}: nobody writes ${metric} by ${under || "nothing"}`]),
      ...dimensions.flatMap(([key, value]) =>
        names[key]?.includes(value) ? [] : [`${name}: no ${key} ${value}`],
      ),
    ];
  });
};

/** Every failure that nobody would notice otherwise has an alarm. */
export const whatGoesWrongIsAlarmed: Check = (stage) => {
  const alarmed = (metricName: string, dimensions: Record<string, string>) =>
    alarmsOf(stage).some(
      ({ inputs }) =>
        inputs.metricName === metricName &&
        Object.entries(dimensions).every(([key, value]) => get(inputs, "dimensions", key) === value),
    );
  const table = functionsOf(stage).find(({ name }) => name === "Clock")!.variables.TABLE_NAME!;
  const wanted: [string, Record<string, string>][] = [
    ...functionsOf(stage)
      // A failed task of the post-processing fails its execution, which shows it.
      .filter(({ handler }) => /^packages\/functions\/|\/videos\.handler$/.test(handler))
      .map(({ inputs }): [string, Record<string, string>] => [
        "Errors",
        { FunctionName: String(inputs.name) },
      ]),
    ...["Read", "Write"].flatMap((kind) =>
      [{}, ...Object.values(indexes).map((index) => ({ GlobalSecondaryIndexName: index }))].map(
        (index): [string, Record<string, string>] => [
          `${kind}ThrottleEvents`,
          { TableName: table, ...index },
        ],
      ),
    ),
    ...ofType(stage, "aws:cloudwatch/eventRule:EventRule")
      .filter(({ name }) => name !== "BusTail")
      .map((rule): [string, Record<string, string>] => [
        "InvocationsFailedToBeSentToDlq",
        { RuleName: named(rule) },
      ]),
    ["push_missed", { service: "ingest" }],
    ["push_missed", { service: "fanout" }],
    ["relay_age_ms", { service: "relay" }],
    ["late_ms", { service: "clock" }],
    ["5xx", {}],
    ["ExecutionError", {}],
    ["HttpApiThrottled", {}],
    ["SocketApiThrottled", {}],
    ["ConcurrentExecutions", {}],
  ];
  const silent = alarmsOf(stage).filter(({ inputs }) => inputs.treatMissingData === "breaching");
  return [
    ...wanted
      .filter(([metric, dimensions]) => !alarmed(metric, dimensions))
      .map(([metric, dimensions]) => `no alarm on ${metric} of ${JSON.stringify(dimensions)}`),
    ...(silent.some(({ inputs }) => /-Clock/.test(String(get(inputs, "dimensions", "FunctionName"))))
      ? []
      : ["no alarm shows that the clock has stopped"]),
  ];
};

/** The alarm's recipient sees its application and stage. */
export const alarmsAreNamed: Check = (stage) =>
  alarmsOf(stage)
    .filter(({ inputs }) => !String(inputs.name).startsWith(`${stage.app}-${stage.stage.slice(0, 200)}`))
    .map(({ name, inputs }) => `${name} is called ${inputs.name}`);

/** AWS's limits of length and characters of names, by the type of the resource. */
const nameRules: Readonly<Record<string, RegExp>> = {
  "aws:cloudwatch/eventArchive:EventArchive": /^[\w.-]{1,48}$/,
  "aws:cloudwatch/eventBus:EventBus": /^[/\w.-]{1,256}$/,
  "aws:cloudwatch/eventConnection:EventConnection": /^[\w.-]{1,64}$/,
  "aws:cloudwatch/eventRule:EventRule": /^[\w.-]{1,64}$/,
  "aws:cloudwatch/logGroup:LogGroup": /^[\w./#-]{1,512}$/,
  "aws:cloudwatch/metricAlarm:MetricAlarm": /^.{1,255}$/,
  "aws:dynamodb/table:Table": /^[\w.-]{3,255}$/,
  "aws:iam/role:Role": /^[\w+=,.@-]{1,64}$/,
  "aws:lambda/function:Function": /^[\w-]{1,64}$/,
  "aws:sfn/stateMachine:StateMachine": /^[\w-]{1,80}$/,
  "aws:sns/topic:Topic": /^[\w-]{1,256}$/,
  "aws:sqs/queue:Queue": /^[\w-]{1,80}$/,
};

/** Every name is one that AWS accepts. */
export const namesAreTaken: Check = (stage) => [
  ...stage.resources.flatMap((resource) => {
    const rule = nameRules[resource.type];
    return rule && !rule.test(named(resource))
      ? [`${resource.type} ${resource.name}: ${named(resource)}`]
      : [];
  }),
  ...ofType(stage, "aws:s3/bucket:Bucket")
    .filter(({ inputs }) => !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(String(inputs.bucket)))
    .map(({ name, inputs }) => `${name}: ${inputs.bucket}`),
  ...ofType(stage, "aws:cloudwatch/dashboard:Dashboard")
    .filter(({ inputs }) => !/^[\w-]{1,255}$/.test(String(inputs.dashboardName)))
    .map(({ name, inputs }) => `${name}: ${inputs.dashboardName}`),
];

export const alarmChecks: Readonly<Record<string, Check>> = {
  "every alarm is set on an existing metric": alarmsAreSetOnWhatIsThere,
  "every failure has an alarm": whatGoesWrongIsAlarmed,
  "alarms are named by application and stage": alarmsAreNamed,
  "every name is one that AWS accepts": namesAreTaken,
};
