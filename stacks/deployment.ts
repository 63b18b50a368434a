import {
  type DeployedFunction,
  type Publisher,
  publishersVariable,
  serverlessVideoPublishers,
} from "@callboard/functions/deployment";
import { eventSource, eventSubjects } from "@callboard/video/definition";
import { alarms } from "./alarms.ts";
import { apis, routes } from "./apis.ts";
import { bus, publishers, rules } from "./bus.ts";
import { clockMessages, clockSchedule, mayReceive, wakeups } from "./clock.ts";
import { devPanes } from "./dev.ts";
import { formerTable } from "./former-table.ts";
import { type EnvironmentFor, serviceFunction, type Variables } from "./functions.ts";
import { identity } from "./identity.ts";
import { type Statement, tableOf } from "./permissions.ts";
import { readSettings, type Settings } from "./settings.ts";
import { storage } from "./storage.ts";
import { configure, devPages, devWeb, pagesConfig, web } from "./web.ts";
import { workflow } from "./workflow.ts";

/** Everything that a stage has, in the order in which one part needs the other. Returns what whoever deploys must know. */
export async function deployment() {
  const settings = readSettings($app.stage, process.env);
  await formerTable(settings);
  const stored = storage(settings);
  const busParts = bus(settings);
  const api = apis(settings);
  // Whoever signs people in sends them back to the pages, and the pages have to know who that is.
  const site = settings.pages && !$dev ? web() : undefined;
  const who = identity(settings).forPages(site ? [site.url] : settings.pages ? [devPages] : []);
  const config = pagesConfig(api, who.signIn);
  if (site) configure(site, config);
  const pages = site ?? (settings.pages ? devWeb(config) : undefined);

  const queue = wakeups(busParts.failed);

  const mayPut: Statement = { actions: ["events:PutEvents"], resources: [busParts.own.arn] };
  const mayWake: Statement = { actions: ["sqs:SendMessage"], resources: [queue.arn] };
  const mayPost: Statement = {
    actions: ["execute-api:ManageConnections"],
    resources: [$interpolate`${api.socket.nodes.api.executionArn}/*/POST/@connections/*`],
  };
  const maySign: Statement = { actions: ["s3:GetObject"], resources: [$interpolate`${stored.bucket.arn}/*`] };
  const storedAt: Variables<"clock"> = {
    TABLE_NAME: stored.tableName,
    BUS_NAME: busParts.own.name,
    WAKEUPS_QUEUE_URL: queue.url,
    ...(settings.retentionDays ? { RETENTION_DAYS: settings.retentionDays } : {}),
    ...(settings.restored ? { TABLE_GENERATION: settings.restored.generation } : {}),
  };
  const posting = {
    SOCKET_ENDPOINT: api.socket.managementEndpoint,
    ...(settings.postsPerSecond ? { POSTS_PER_SECOND: settings.postsPerSecond } : {}),
  };
  const signing = { BUCKET: stored.bucket.name };
  const allowed = publishersOf(settings);
  const make = <F extends DeployedFunction>(
    name: F,
    environment: EnvironmentFor<F>,
    permissions: readonly Statement[] = [],
  ) => serviceFunction(settings, busParts.failed, name, environment, permissions);

  const functions = {
    authorize: make("authorize", who.environment),
    "authorize-http": make("authorize-http", who.environment),
    socket: make("socket", { ...storedAt, ...signing }, [
      ...tableOf.socket(stored),
      mayPut,
      mayWake,
      maySign,
    ]),
    requests: make("requests", storedAt, [...tableOf.requests(stored), mayPut, mayWake]),
    ingest: make(
      "ingest",
      { ...storedAt, ...posting, ...signing, ...(allowed ? { PUBLISHERS: allowed } : {}) },
      [...tableOf.ingest(stored), mayPut, mayWake, mayPost, maySign],
    ),
    fanout: make("fanout", { ...storedAt, ...posting }, [
      ...tableOf.fanout(stored),
      mayPut,
      mayWake,
      mayPost,
    ]),
    relay: make("relay", storedAt, [...tableOf.relay(stored), mayPut, mayWake, ...mayRelay()]),
    clock: make("clock", storedAt, [...tableOf.clock(stored), mayPut, mayWake, mayReceive(queue)]),
  } satisfies Record<DeployedFunction, sst.aws.Function>;
  const { authorize, "authorize-http": authorizeHttp, ...putting } = functions;

  routes(api, { authorize, authorizeHttp, socket: functions.socket, requests: functions.requests });
  clockSchedule(functions.clock, busParts.undelivered);
  clockMessages(functions.clock, queue);

  const processing = settings.postProcessing ? workflow(settings, stored, busParts) : undefined;
  const stateMachineArns = [
    ...settings.stateMachineArns,
    ...(processing ? [processing.stateMachine.arn] : []),
  ];
  rules(busParts, settings, stateMachineArns, functions);
  publishers(
    busParts,
    settings,
    Object.values(putting).map((fn) => fn.nodes.role.arn),
  );
  devPanes(busParts);
  alarms(settings, { ...busParts, wakeups: queue }, stored.table, functions);

  return {
    socket: api.socket.url,
    http: api.http.url,
    bus: busParts.own.name,
    undelivered: busParts.undelivered.url,
    failed: busParts.failed.url,
    wakeups: queue.url,
    table: stored.table.name,
    bucket: stored.bucket.name,
    ...who.made,
    ...(processing ? { stateMachine: processing.stateMachine.arn } : {}),
    ...(pages ? { pages: pages.url } : {}),
  };
}

/** The post-processing is a publisher like any other, and so is ServerlessVideo where its events are taken. */
const ownPublishers = ({ postProcessing, serverlessVideo }: Settings): Publisher[] => [
  ...(postProcessing ? [{ source: eventSource, subjects: eventSubjects }] : []),
  ...(serverlessVideo ? serverlessVideoPublishers : []),
];

/**
 * What `ingest` checks, as JSON: which subjects the events of a source may be about. Undefined where nobody is named, so
 * that everybody may say anything.
 */
function publishersOf(settings: Settings): string | undefined {
  if (settings.publishers.length === 0) return undefined;
  return publishersVariable([...settings.publishers, ...ownPublishers(settings)]);
}

/** Task tokens name no resource; histories are those of this account's executions. */
const mayRelay = (): Statement[] => [
  { actions: ["states:SendTaskSuccess", "states:SendTaskHeartbeat"], resources: ["*"] },
  {
    actions: ["states:GetExecutionHistory"],
    resources: [
      $interpolate`arn:aws:states:${aws.getRegionOutput().region}:${aws.getCallerIdentityOutput().accountId}:execution:*`,
    ],
  },
];
