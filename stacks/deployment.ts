import {
  checkPublisher,
  type DeployedFunction,
  type Publisher,
  publishersVariable,
  serverlessVideoPublishers,
} from "@callboard/functions/deployment";
import { eventSource, eventSubjects } from "@callboard/video/definition";
import { alarms } from "./alarms.ts";
import { apis, routes } from "./apis.ts";
import { bus, publishers, rules } from "./bus.ts";
import { check } from "./check.ts";
import { checkProcessing } from "./check-processing.ts";
import { clockMessages, clockSchedule, mayReceive, wakeups } from "./clock.ts";
import { devPanes } from "./dev.ts";
import { formerTable } from "./former-table.ts";
import { type EnvironmentFor, serviceFunction, type Variables } from "./functions.ts";
import { identity } from "./identity.ts";
import { stageId } from "./names.ts";
import { type Statement, tableOf } from "./permissions.ts";
import { readSettings, type Settings } from "./settings.ts";
import { storage } from "./storage.ts";
import { videos } from "./videos.ts";
import { configure, devPages, devWeb, pagesConfig, web } from "./web.ts";
import { workflow } from "./workflow.ts";

/** Everything that a stage has, in the order in which one part needs the other. Returns what whoever deploys must know. */
export async function deployment() {
  const settings = readSettings($app.stage, process.env);
  await formerTable(settings);
  await checkProcessing(settings);
  const stored = storage(settings);
  const busParts = bus(settings);
  const api = apis(settings);
  // Whoever signs people in sends them back to the pages, which have to know who that is.
  const people = identity(settings);
  const site =
    settings.pages && !$dev
      ? web(settings, { apis: api, bucket: stored.bucket, signIn: people.origins })
      : undefined;
  const who = people.forPages(site ? [site.url] : settings.pages ? [devPages] : []);

  const queue = wakeups(busParts.failed);

  const mayPut: Statement = { actions: ["events:PutEvents"], resources: [busParts.own.arn] };
  const mayWake: Statement = { actions: ["sqs:SendMessage"], resources: [queue.arn] };
  const mayPost: Statement = {
    actions: ["execute-api:ManageConnections"],
    resources: [$interpolate`${api.socket.nodes.api.executionArn}/*/POST/@connections/*`],
  };
  const maySign: Statement = { actions: ["s3:GetObject"], resources: [$interpolate`${stored.bucket.arn}/*`] };
  const told = { STAGE: stageId() };
  const storedAt: Variables<"clock"> = {
    ...told,
    TABLE_NAME: stored.tableName,
    BUS_NAME: busParts.own.name,
    WAKEUPS_QUEUE_URL: queue.url,
    ...(settings.retentionDays ? { RETENTION_DAYS: settings.retentionDays } : {}),
    ...(settings.restored ? { TABLE_GENERATION: settings.restored.generation } : {}),
  };
  const here = { ACCOUNT_ID: aws.getCallerIdentityOutput().accountId };
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
    authorize: make("authorize", { ...who.environment, ...told }),
    "authorize-http": make("authorize-http", { ...who.environment, ...told }),
    socket: make("socket", { ...storedAt, ...signing }, [
      ...tableOf.socket(stored),
      mayPut,
      mayWake,
      maySign,
    ]),
    requests: make("requests", storedAt, [...tableOf.requests(stored), mayPut, mayWake]),
    ingest: make(
      "ingest",
      {
        ...storedAt,
        ...here,
        ...posting,
        ...signing,
        ...(allowed ? { PUBLISHERS: allowed } : {}),
        ...(settings.lists.length > 0 ? { LISTS: settings.lists.join() } : {}),
      },
      [...tableOf.ingest(stored), mayPut, mayWake, mayPost, maySign],
    ),
    fanout: make("fanout", { ...storedAt, ...here, ...posting }, [
      ...tableOf.fanout(stored),
      mayPut,
      mayWake,
      mayPost,
    ]),
    relay: make("relay", { ...storedAt, ...here }, [
      ...tableOf.relay(stored),
      mayPut,
      mayWake,
      ...mayRelay(),
    ]),
    clock: make("clock", storedAt, [...tableOf.clock(stored), mayPut, mayWake, mayReceive(queue)]),
  } satisfies Record<DeployedFunction, sst.aws.Function>;
  const { authorize, "authorize-http": authorizeHttp, ...putting } = functions;

  const { models } = settings;
  const processing = models ? workflow({ ...settings, models }, stored, busParts) : undefined;
  const ofVideos = processing ? videos(settings, stored, processing.stateMachine) : undefined;
  const { socket, requests } = functions;
  routes(api, { authorize, authorizeHttp, socket, requests, videos: ofVideos });
  clockSchedule(functions.clock, busParts.undelivered);
  clockMessages(functions.clock, queue);

  const checking = check(busParts);
  const stateMachineArns = [
    ...settings.stateMachineArns,
    checking.stateMachine.arn,
    ...(processing ? [processing.stateMachine.arn] : []),
  ];
  const made = rules(busParts, settings, stateMachineArns, functions);
  const busPolicy = publishers(busParts, settings, {
    functionRoles: Object.values(putting).map((fn) => fn.nodes.role.arn),
    own: [
      { source: checkPublisher.source, roles: [checking.role.arn] },
      ...(processing ? [{ source: eventSource, roles: processing.putting }] : []),
    ],
  });
  devPanes(busParts);
  const config = pagesConfig(api, who.signIn, { hasVideos: ofVideos !== undefined });
  if (site) configure(site, config);
  const pages = site ?? (settings.pages ? devWeb(config) : undefined);
  const topic = alarms(settings, {
    bus: busParts,
    rules: made,
    wakeups: queue,
    table: stored.table,
    apis: api,
    functions: { ...functions, ...(ofVideos ? { videos: ofVideos } : {}) },
  });

  return {
    socket: api.socket.url,
    http: api.http.url,
    bus: busParts.own.name,
    ...(busPolicy ? { busPolicy } : {}),
    undelivered: busParts.undelivered.url,
    failed: busParts.failed.url,
    wakeups: queue.url,
    alarms: topic.arn,
    table: stored.table.name,
    bucket: stored.bucket.name,
    check: checking.stateMachine.arn,
    ...who.made,
    ...(processing ? { stateMachine: processing.stateMachine.arn } : {}),
    ...(pages ? { pages: pages.url } : {}),
  };
}

/** The check and the post-processing are publishers like any other, and so is ServerlessVideo where its events are taken. */
const ownPublishers = ({ postProcessing, serverlessVideo }: Settings): Publisher[] => [
  checkPublisher,
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
