import { innerEventTargets, rowPrefix, workflowEventTypes } from "@callboard/functions/deployment";
import { answerRoutes } from "@callboard/protocol";
import { objectFolders } from "@callboard/video/definition";
import { framedPage } from "@callboard/web/policy";
import type { Synthesis } from "../../scripts/synth/resource.ts";
import {
  functionsOf,
  get,
  ofType,
  type StageFunction,
  type Statement,
  statementsOf,
  statementsOfRole,
} from "./stage.ts";

/** Rules for every stage; each check lists its violations, one line each. */
export type Check = (stage: Synthesis) => string[];

const integrationOf = (target: unknown) => String(target).replace(/^integrations\//, "");
const invoked = (uri: unknown) =>
  /functions\/(arn:[^/]+)\/invocations$/.exec(String(uri))?.[1] ?? String(uri);

/** Every route has an existing function, which the API may invoke. */
export const routesLeadSomewhere: Check = (stage) => {
  const arns = new Set(functionsOf(stage).map(({ arn }) => arn));
  const integrations = new Map(
    ofType(stage, "aws:apigatewayv2/integration:Integration").map(({ name, inputs }) => [name, inputs]),
  );
  const permitted = new Set(
    ofType(stage, "aws:lambda/permission:Permission")
      .filter(({ inputs }) => inputs.principal === "apigateway.amazonaws.com")
      .map(({ inputs }) => String(inputs.function)),
  );
  return ofType(stage, "aws:apigatewayv2/route:Route").flatMap(({ name, inputs }) => {
    const integration = integrations.get(integrationOf(inputs.target));
    if (!integration) return [`${name}: no integration ${inputs.target}`];
    const arn = invoked(integration.integrationUri);
    if (!arns.has(arn)) return [`${name}: no function ${arn}`];
    return permitted.has(arn) ? [] : [`${name}: the API may not invoke ${arn}`];
  });
};

/** Routes for people with a notice's token: it is in the body. */
const openRoutes = Object.values(answerRoutes).map(({ method, path }) => `${method} ${path}`);

/** Nobody connects, or sends HTTP requests, without an authorizer; only a browser's preflight has no token. */
export const everyDoorIsGuarded: Check = (stage) =>
  ofType(stage, "aws:apigatewayv2/route:Route")
    // Messages of a connection were authorized with the connection.
    .filter(({ inputs }) => inputs.routeKey === "$connect" || String(inputs.apiId).startsWith("http"))
    .filter(({ inputs }) => !String(inputs.routeKey).startsWith("OPTIONS "))
    .filter(({ inputs }) => !openRoutes.includes(String(inputs.routeKey)))
    .filter(({ inputs }) => inputs.authorizationType !== "CUSTOM" || !inputs.authorizerId)
    .map(({ name }) => `${name}: no authorizer`);

/**
 * A preflight reaches the HTTP API: it has a route without an authorizer, and only the default route takes every method,
 * whose authorizer would refuse it.
 */
export const preflightsAreAnswered: Check = (stage) => {
  const routes = ofType(stage, "aws:apigatewayv2/route:Route").filter(({ inputs }) =>
    String(inputs.apiId).startsWith("http"),
  );
  const open = routes.filter(({ inputs }) => inputs.routeKey === "OPTIONS /{proxy+}");
  return [
    ...(open.length === 1 ? [] : ["no route of its own takes a preflight"]),
    ...open
      .filter(({ inputs }) => (inputs.authorizationType ?? "NONE") !== "NONE")
      .map(({ name }) => `${name}: a browser has no token yet`),
    ...routes
      .filter(({ inputs }) => String(inputs.routeKey).startsWith("ANY "))
      .map(({ inputs }) => `${inputs.routeKey} takes preflights, too`),
  ];
};

interface Behavior {
  readonly pathPattern: string;
  readonly responseHeadersPolicyId?: string;
}

/** The pages have headers that block foreign scripts and frames, and allow everything that they call. */
export const pagesAreKept: Check = (stage) => {
  const distributions = ofType(stage, "aws:cloudfront/distribution:Distribution");
  const policies = ofType(stage, "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy");
  const behaviors = distributions.flatMap(({ name, inputs }) => [
    { name, path: "*", headers: get<string>(inputs, "defaultCacheBehavior", "responseHeadersPolicyId") },
    ...(get<Behavior[]>(inputs, "orderedCacheBehaviors") ?? []).map((one) => ({
      name,
      path: one.pathPattern,
      headers: one.responseHeadersPolicyId,
    })),
  ]);
  const unkept = behaviors
    .filter(({ headers }) => !headers)
    .map(({ name, path }) => `${name}: no headers for ${path}`);
  const isForFrames = (id: string) => {
    const paths = behaviors.filter(({ headers }) => headers === id).map(({ path }) => path);
    return paths.length > 0 && paths.every((path) => path === framedPage);
  };
  const connect = (policy: string) => /connect-src ([^;]+)/.exec(policy)?.[1]?.split(" ") ?? [];
  const origins = ofType(stage, "aws:apigatewayv2/api:Api").map(
    ({ name, inputs }) =>
      `${inputs.protocolType === "WEBSOCKET" ? "wss" : "https"}://${name.toLowerCase()}.execute-api.us-east-1.amazonaws.com`,
  );
  return [
    ...unkept,
    ...policies.flatMap(({ name, inputs }) => {
      const given =
        get(inputs, "securityHeadersConfig", "contentSecurityPolicy", "contentSecurityPolicy") ?? "";
      const called = connect(given);
      return [
        ...origins.filter((one) => !called.includes(one)).map((one) => `${name}: may not call ${one}`),
        ...(called.some((one) => /\.s3\.[\w-]+\.amazonaws\.com$/.test(one))
          ? []
          : [`${name}: may not upload`]),
        ...(called.some((one) => /^\w+:$|\*/.test(one)) ? [`${name}: may call anybody`] : []),
        ...(given.includes("frame-ancestors 'none'") || isForFrames(name) ? [] : [`${name}: may be framed`]),
      ];
    }),
  ];
};

/** Every asynchronous path ends in dead letters, at the rule or schedule and at the function. */
export const nothingIsLost: Check = (stage) => {
  const problems: string[] = [];
  const asynchronous = new Set<string>();
  for (const { name, inputs } of ofType(stage, "aws:cloudwatch/eventTarget:EventTarget")) {
    asynchronous.add(String(inputs.arn));
    if (!get(inputs, "deadLetterConfig", "arn")) problems.push(`${name}: no dead letters`);
    if (!get(inputs, "retryPolicy", "maximumEventAgeInSeconds")) problems.push(`${name}: no retry policy`);
  }
  for (const { name, inputs } of ofType(stage, "aws:scheduler/schedule:Schedule")) {
    asynchronous.add(String(get(inputs, "target", "arn")));
    if (!get(inputs, "target", "deadLetterConfig", "arn")) problems.push(`${name}: no dead letters`);
  }
  const kept = ofType(stage, "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig");
  for (const { name, arn, inputs, statements } of functionsOf(stage)) {
    if (!asynchronous.has(arn)) continue;
    const config = kept.find((one) => one.inputs.functionName === inputs.name);
    const queue = config && get(config.inputs, "destinationConfig", "onFailure", "destination");
    if (!queue) problems.push(`${name}: events that it fails on are lost`);
    else if (
      !statements.some(
        ({ actions, resources }) => actions.includes("sqs:SendMessage") && resources.includes(queue),
      )
    )
      problems.push(`${name}: may not put events that it fails on into ${queue}`);
  }
  return problems;
};

/**
 * Every queue with a function: the function may read it, names failed messages, ends before they come again, and messages
 * that fail too often are kept.
 */
export const messagesAreTaken: Check = (stage) => {
  const queues = new Map(
    ofType(stage, "aws:sqs/queue:Queue").map(
      ({ name, inputs }) => [String(inputs.name ?? name), inputs] as const,
    ),
  );
  const mappings = ofType(stage, "aws:lambda/eventSourceMapping:EventSourceMapping");
  if (mappings.length === 0) return ["no function gets messages"];
  return mappings.flatMap(({ name, inputs }) => {
    const source = String(inputs.eventSourceArn);
    const fn = functionsOf(stage).find((one) => one.inputs.name === inputs.functionName);
    const queue = [...queues].find(([queueName]) => source.endsWith(`:${queueName}`))?.[1];
    if (!fn || !queue) return [`${name}: no function ${inputs.functionName} or no queue ${source}`];
    const may = fn.statements.filter(({ resources }) => resources.includes(source));
    const actions = may.flatMap(({ actions: all }) => all);
    const lacking = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"].filter(
      (action) => !actions.includes(action),
    );
    return [
      ...lacking.map((action) => `${fn.name}: may not ${action}`),
      ...(get<string[]>(inputs, "functionResponseTypes")?.includes("ReportBatchItemFailures")
        ? []
        : [`${name}: one message that fails returns all`]),
      ...(queue.redrivePolicy ? [] : [`${name}: no dead letters`]),
      ...(Number(queue.visibilityTimeoutSeconds) < Number(fn.inputs.timeout)
        ? [`${name}: messages come again while ${fn.name} works on them`]
        : []),
    ];
  });
};

/** All functions that send messages use one queue, besides the one for failed invocations. */
export const messagesGoToOneQueue: Check = (stage) =>
  functionsOf(stage).flatMap(({ name, statements }) => {
    const sends = statements.filter(({ actions }) => actions.includes("sqs:SendMessage"));
    const queues = sends.flatMap(({ resources }) => resources);
    const known = queues.filter((arn) => /-(Wakeups|FailedInvocations)$/.test(arn));
    return known.length === queues.length ? [] : [`${name} may send messages to ${queues.join()}`];
  });

/** Actions for which IAM has no narrower resource than all. */
const unscoped =
  /^(xray:Put(TraceSegments|TelemetryRecords)|states:SendTask(Success|Failure|Heartbeat)|transcribe:\w+|logs:\w*(LogDelivery|LogDeliveries|ResourcePolic(y|ies)|LogGroups))$/;

/** AWS's own policies, where SST gives a role no other: one writes the logs of APIs, one starts containers. */
const managedByAws = /\/(AmazonAPIGatewayPushToCloudWatchLogs|AmazonECSTaskExecutionRolePolicy)$/;

/** No policy has an action with a wildcard, or all resources where fewer are possible. */
export const everyPolicyIsNarrow: Check = (stage) =>
  ofType(stage, "aws:iam/role:Role").flatMap((role) => {
    const managed = get<string[]>(role.inputs, "managedPolicyArns") ?? [];
    return [
      ...managed.filter((arn) => !managedByAws.test(arn)).map((arn) => `${role.name}: ${arn}`),
      ...statementsOfRole(role).flatMap(({ actions, resources }) => [
        ...actions.filter((action) => action.includes("*")).map((action) => `${role.name}: ${action}`),
        ...(resources.includes("*")
          ? actions.filter((action) => !unscoped.test(action)).map((action) => `${role.name}: ${action} on *`)
          : []),
      ]),
    ];
  });

/** Only Lambda assumes the functions' roles. */
const rolesAreLambdas: Check = (stage) => {
  const used = new Set(functionsOf(stage).map(({ inputs }) => String(inputs.role)));
  return ofType(stage, "aws:iam/role:Role")
    .filter(({ name, inputs }) => used.has(`arn:aws:iam::123456789012:role/${inputs.name ?? name}`))
    .filter(({ inputs }) => /"AWS"/.test(String(inputs.assumeRolePolicy)))
    .map(({ name }) => `${name}: somebody else may assume it`);
};

const reads = /^dynamodb:(GetItem|BatchGetItem|Query|Scan|\*)$/;
const writes = /^dynamodb:(PutItem|UpdateItem|DeleteItem|BatchWriteItem|\*)$/;

const leadingKeysOf = ({ conditions }: Statement) =>
  conditions["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"];

/** Rows that no function writes: a deployment or a state machine does. */
const writtenOtherwise: readonly string[] = ["layout", "hook", "lifecycle", "breaker"];

/** Roles use the stored row prefixes, and each kind that functions write is writable by some function. */
export const rowsAreNamedAsStored: Check = (stage) => {
  const stored = Object.entries(rowPrefix).map(([kind, prefix]) => ({ kind, key: `${prefix}*` }));
  const granted = ofType(stage, "aws:iam/role:Role").flatMap((role) =>
    statementsOfRole(role).flatMap((statement) =>
      (leadingKeysOf(statement) ?? []).map((key) => ({ name: role.name, key, statement })),
    ),
  );
  const written = granted.filter(({ statement }) => statement.actions.some((action) => writes.test(action)));
  return [
    ...granted
      .filter(({ key }) => !stored.some((one) => one.key === key))
      .map(({ name, key }) => `${name}: no row begins with ${key}`),
    ...stored
      .filter(({ kind, key }) => !writtenOtherwise.includes(kind) && !written.some((one) => one.key === key))
      .map(({ kind, key }) => `nobody may write ${key}, the rows of ${kind}`),
  ];
};

/** The functions that may do one of the actions with rows that contain task tokens. */
function withTokens(functions: readonly StageFunction[], actions: RegExp): string[] {
  return functions
    .filter(({ statements }) =>
      statements.some((one) => {
        if (one.effect !== "Allow" || !one.actions.some((action) => actions.test(action))) return false;
        if (one.resources.every((arn) => arn.includes("/index/"))) return false;
        const keys = leadingKeysOf(one);
        return keys === undefined || keys.some((key) => key === "*" || key.startsWith(rowPrefix.taskToken));
      }),
    )
    .map(({ name }) => name);
}

/** Only `ingest` and `plugins` write task tokens, and only `relay` reads them. */
export const tokensAreKept: Check = (stage) => {
  const [functions, askers] = [functionsOf(stage), ["Ingest", "Plugins"]];
  const [readers, writers] = [withTokens(functions, reads), withTokens(functions, writes)];
  return [
    ...readers.filter((name) => name !== "Relay").map((name) => `${name} may read task tokens`),
    ...writers.filter((name) => !askers.includes(name)).map((name) => `${name} may write task tokens`),
    ...(readers.includes("Relay") && writers.includes("Ingest") ? [] : ["nobody asks or relays"]),
  ];
};

/** A password is in an encrypted parameter that only `notify` may read, and in no function's environment. */
export const passwordsAreKept: Check = (stage) =>
  ofType(stage, "aws:ssm/parameter:Parameter").flatMap(({ name, inputs }) => {
    const readers = functionsOf(stage).filter(({ statements }) =>
      statements.some(
        ({ actions, resources }) =>
          actions.includes("ssm:GetParameter") &&
          resources.some((arn) => arn.endsWith(`:parameter/${inputs.name}`)),
      ),
    );
    // Pulumi marks secrets.
    const password = String(get(inputs.value, "value") ?? inputs.value);
    const told = functionsOf(stage).filter((fn) => JSON.stringify(fn.inputs.environment).includes(password));
    return [
      ...(inputs.type === "SecureString" ? [] : [`${name}: is not encrypted`]),
      ...(readers.map((fn) => fn.name).join() === "Notify" ? [] : [`${name}: is not read by only Notify`]),
      ...told.map((fn) => `${fn.name}: has the password in its environment`),
    ];
  });

/** Every publisher may put every event of workflows, and no other. */
export const publishersMayPutEvents: Check = (stage) =>
  ofType(stage, "aws:cloudwatch/eventBusPolicy:EventBusPolicy")
    .flatMap(({ inputs }) => statementsOf(String(inputs.policy)))
    .filter(({ effect }) => effect === "Allow")
    .flatMap(({ conditions }) => {
      const { "events:source": source, "events:detail-type": types = [] } =
        conditions["ForAllValues:StringEquals"] ?? {};
      return [
        ...workflowEventTypes
          .filter((type) => !types.includes(type))
          .map((type) => `${source} may not put ${type}`),
        ...types
          .filter((type) => !workflowEventTypes.some((known) => known === type))
          .map((type) => `${source} may put ${type}, which nothing handles`),
      ];
    });

/** Every event that Callboard handles is routed by a rule of its bus to the right function. */
export const eventsAreTaken: Check = (stage) => {
  const rules = new Map(
    ofType(stage, "aws:cloudwatch/eventRule:EventRule").map(({ name, inputs }) => [
      name,
      get<string[]>(JSON.parse(String(inputs.eventPattern)), "detail-type") ?? [],
    ]),
  );
  const led = ofType(stage, "aws:cloudwatch/eventTarget:EventTarget").flatMap(({ name, inputs }) => {
    const target = functionsOf(stage)
      .find(({ arn }) => arn === inputs.arn)
      ?.name.toLowerCase();
    return (rules.get(name.replace(/Target$/, "")) ?? []).map((type) => `${type} to ${target}`);
  });
  // A function that is not deployed gets no events.
  const has = (target: string) =>
    target !== "plugins" || functionsOf(stage).some(({ name }) => name === "Plugins");
  const wanted = [
    ...workflowEventTypes.map((type) => `${type} to ingest`),
    ...Object.entries(innerEventTargets).flatMap(([type, target]) =>
      has(target) ? [`${type} to ${target}`] : [],
    ),
    ...(has("plugins") ? ["Plugin Requested to plugins", "plugin-complete to plugins"] : []),
  ];
  return wanted.filter((one) => !led.includes(one)).map((one) => `no rule routes ${one}`);
};

/** Each function has its own log, and may write to no other. */
export const logsAreWritten: Check = (stage) =>
  functionsOf(stage).flatMap(({ name, inputs, statements }) => {
    const group = get(inputs, "loggingConfig", "logGroup") ?? "";
    const logs = statements
      .filter(({ actions }) => actions.includes("logs:PutLogEvents"))
      .flatMap(({ resources }) => resources);
    const may = logs.some(
      (arn) => group !== "" && matches(arn.split(":log-group:")[1] ?? "", `${group}:log-stream:2026`),
    );
    const others = logs.filter((arn) => !arn.endsWith(`:log-group:${group}:*`));
    return [
      ...(may ? [] : [`${name}: may not write ${group}`]),
      ...others.map((arn) => `${name}: may write ${arn}`),
    ];
  });

const matches = (glob: string, text: string): boolean =>
  glob.endsWith("*") ? text.startsWith(glob.slice(0, -1)) : glob === text;

/** A bucket of the stage deletes old objects in each folder, incomplete uploads, and old versions. */
export const objectsExpire: Check = (stage) => {
  if (!ofType(stage, "aws:s3/bucket:Bucket").some(({ name }) => name === "BucketBucket")) return [];
  const rules = ofType(stage, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
    .flatMap(({ inputs }) => (inputs.rules ?? []) as Record<string, unknown>[])
    .filter(({ status }) => status === "Enabled");
  const rulesOf = (prefix: string) => rules.filter((rule) => get(rule, "filter", "prefix") === prefix);
  const missing = (prefix: string, ...path: string[]) =>
    rulesOf(prefix).some((rule) => Number(get(rule, ...path)) > 0)
      ? []
      : [`"${prefix}": no ${path.join(".")}`];
  return [
    ...objectFolders.flatMap((prefix) => missing(prefix, "expiration", "days")),
    ...missing("", "abortIncompleteMultipartUpload", "daysAfterInitiation"),
    ...missing("", "noncurrentVersionExpiration", "noncurrentDays"),
  ];
};

export const checks: Readonly<Record<string, Check>> = {
  "every route leads to a function": routesLeadSomewhere,
  "every API has an authorizer": everyDoorIsGuarded,
  "every preflight is answered": preflightsAreAnswered,
  "the pages have safe headers": pagesAreKept,
  "every asynchronous path has dead letters": nothingIsLost,
  "every message of a queue is handled, or kept": messagesAreTaken,
  "messages go to one queue": messagesGoToOneQueue,
  "every policy is as narrow as possible": everyPolicyIsNarrow,
  "only Lambda assumes functions' roles": rolesAreLambdas,
  "only functions that ask write task tokens, and only the relay reads them": tokensAreKept,
  "only notify reads passwords": passwordsAreKept,
  "roles name rows as they are stored": rowsAreNamedAsStored,
  "publishers may put every event of workflows": publishersMayPutEvents,
  "every event is routed to its function": eventsAreTaken,
  "every function may write its log": logsAreWritten,
  "every object expires": objectsExpire,
};
