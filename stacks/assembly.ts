import {
  checkPublisher,
  type DeployedFunction,
  type Publisher,
  pluginManager,
  publishersVariable,
  serverlessVideoPublishers,
} from "@callboard/functions/deployment";
import { alarms } from "./alarms.ts";
import { apis, routes } from "./apis.ts";
import type { CallboardArgs } from "./arguments.ts";
import { type AnyBus, bus, ownRules, publishers, type RuleParts, rules } from "./bus.ts";
import { check } from "./check.ts";
import { clockMessages, clockSchedule, mayReceive, wakeups } from "./clock.ts";
import type { Code } from "./code.ts";
import { domainsOf, withPages } from "./domains.ts";
import { type EnvironmentFor, serviceFunction, type Variables } from "./functions.ts";
import { identity } from "./identity.ts";
import { type Known, when } from "./known.ts";
import { isThing } from "./late.ts";
import { mail } from "./mail.ts";
import type { Names } from "./names.ts";
import { mayPutAs, objectsIn, type Statement, tableOf } from "./permissions.ts";
import type { Settings } from "./settings.ts";
import { type AnyBucket, storage } from "./storage.ts";
import { configure, DEV_PAGES, devWeb, pagesConfig, web } from "./web.ts";

/** A workflow that is deployed with Callboard and uses its bus. */
export interface Workflow {
  /** Its state machines whose executions Callboard follows. */
  readonly stateMachines: readonly $util.Output<string>[];
  /** The source of its events, their subjects, and the roles that put them. */
  readonly publisher: Publisher & { readonly roles: $util.Input<string>[] };
  /** The function behind `/videos` of the HTTP API. */
  readonly videos: sst.aws.Function;
  /** Its other functions that take events, and their rules. */
  readonly functions?: Readonly<Record<string, sst.aws.Function>>;
  readonly rules?: readonly RuleParts[];
}

/** What a workflow needs: Callboard's bus, bucket and table, and the queue of failed events. */
export interface WorkflowParts {
  readonly own: AnyBus;
  readonly bucket: AnyBucket;
  readonly table: { readonly name: $util.Output<string>; readonly arn: $util.Output<string> };
  readonly failed: aws.sqs.Queue;
}

/** The parts of a Callboard. */
export interface Parts {
  readonly names: Names;
  /** The settings that are known now, with placeholders for the others. */
  readonly settings: Settings;
  /** All settings, once they are known. */
  readonly known: Known<Settings>;
  readonly args: CallboardArgs;
  readonly code: Code;
  /** Creates a workflow that needs Callboard's bus and bucket. */
  workflow?(on: WorkflowParts): Workflow;
}

/** All resources of a Callboard, in the order of their dependencies. */
export function assemble({ names, settings, known, args, code, workflow }: Parts) {
  const domains = domainsOf(settings, args.domain);
  const origins = when(known, (all) => withPages(all.origins, domains));
  const given = <T>(one: T) => (isThing(one) ? (one as AnyBucket) : undefined);
  const stored = storage(names, settings, known, origins, given(args.bucket));
  const busParts = bus(names, settings, known, given(args.bus));
  const api = apis(names, settings, origins, domains);
  // The issuer redirects people to the pages, and the pages need the issuer's address.
  const people = identity(settings, names, known);
  const site =
    settings.pages && !code.isLive
      ? web(names, known, { apis: api, bucket: stored.bucket, signIn: people.origins, domains, code })
      : undefined;
  const who = people.forPages(site ? [site.url] : settings.pages ? [DEV_PAGES] : []);

  const queue = wakeups(names, code, busParts.failed);

  const mayPut: Statement = { actions: ["events:PutEvents"], resources: [busParts.own.arn] };
  const mayWake: Statement = { actions: ["sqs:SendMessage"], resources: [queue.arn] };
  const mayPost: Statement = {
    actions: ["execute-api:ManageConnections"],
    resources: [$interpolate`${api.socket.nodes.api.executionArn}/*/POST/@connections/*`],
  };
  const maySign: Statement = {
    actions: ["s3:GetObject"],
    resources: objectsIn(stored.bucket, ["avatars/", "videos/"]),
  };
  const stageVariable = { STAGE: names.stageId() };
  const storedAt: Variables<"clock"> = {
    ...stageVariable,
    TABLE_NAME: stored.tableName,
    BUS_NAME: busParts.own.name,
    WAKEUPS_QUEUE_URL: queue.url,
    ...(settings.retentionDays ? { RETENTION_DAYS: settings.retentionDays } : {}),
    ...(settings.restored ? { TABLE_GENERATION: settings.restored.generation } : {}),
  };
  const { WAKEUPS_QUEUE_URL: _, ...withoutWakeups } = storedAt;
  const pagesUrl = site?.url ?? (settings.pages ? DEV_PAGES : undefined);
  const atPages = pagesUrl ? { PAGES_URL: pagesUrl } : {};
  const mails = mail(names, settings, args.smtp?.password);
  const here = { ACCOUNT_ID: aws.getCallerIdentityOutput().accountId };
  const posting = {
    SOCKET_ENDPOINT: api.socket.managementEndpoint,
    ...(settings.postsPerSecond ? { POSTS_PER_SECOND: settings.postsPerSecond } : {}),
  };
  const signing = { BUCKET: stored.bucket.name };
  const make = <F extends DeployedFunction>(
    name: F,
    environment: EnvironmentFor<F>,
    permissions: readonly Statement[] = [],
  ) => serviceFunction(names, settings, code, busParts.failed, name, environment, permissions);

  const beside = workflow?.({
    own: busParts.own,
    bucket: stored.bucket,
    table: { name: stored.tableName, arn: stored.table.arn },
    failed: busParts.failed,
  });
  const allowed =
    settings.publishers.length > 0 ? when(known, (all) => publishersOf(all, beside)) : undefined;
  const functions = {
    authorize: make("authorize", { ...who.environment, ...stageVariable }),
    "authorize-http": make("authorize-http", { ...who.environment, ...stageVariable }),
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
        ...atPages,
        ...(settings.notifyAfterSeconds ? { NOTIFY_AFTER_SECONDS: settings.notifyAfterSeconds } : {}),
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
    notify: make(
      "notify",
      {
        ...withoutWakeups,
        ...here,
        ...atPages,
        API_URL: api.http.url,
        ...mails?.environment,
      },
      [...tableOf.notify(stored), ...(mails?.permissions ?? [])],
    ),
    ...(settings.plugins
      ? {
          plugins: make("plugins", { ...storedAt, ...here, ...(allowed ? { PUBLISHERS: allowed } : {}) }, [
            ...tableOf.plugins(stored),
            mayPut,
            mayPutAs([pluginManager]),
            mayWake,
          ]),
        }
      : {}),
    clock: make("clock", storedAt, [...tableOf.clock(stored), mayPut, mayWake, mayReceive(queue)]),
  } satisfies Record<Exclude<DeployedFunction, "plugins">, sst.aws.Function> & { plugins?: sst.aws.Function };
  // Functions that verify tokens or notify people put no events.
  const { authorize, "authorize-http": authorizeHttp, notify: _notify, ...putting } = functions;

  const { socket, requests } = functions;
  routes(names, api, { authorize, authorizeHttp, socket, requests, videos: beside?.videos });
  clockSchedule(names, functions.clock, busParts.undelivered);
  clockMessages(names, functions.clock, queue);

  const checking = check(names, busParts);
  const ownMachines = [checking.stateMachine.arn, ...(beside?.stateMachines ?? [])];
  const stateMachineArns = $util
    .all([$util.output(when(known, (all) => [...all.stateMachineArns])), $util.all(ownMachines)])
    .apply(([theirs, own]) => [...theirs, ...own]);
  const made = rules(names, busParts, [
    ...ownRules(settings, stateMachineArns, functions),
    ...(beside?.rules ?? []),
  ]);
  const busPolicy = publishers(names, busParts, known, {
    functionRoles: Object.values(putting).map((fn) => fn.nodes.role.arn),
    own: [
      { source: checkPublisher.source, roles: [checking.role.arn] },
      ...(beside ? [beside.publisher] : []),
    ],
  });
  const config = pagesConfig(api, who.signIn, { hasVideos: beside !== undefined });
  if (site) configure(names, site, config);
  const pages = site ?? (settings.pages ? devWeb(names, code, config) : undefined);
  const topic = alarms(names, settings, known, {
    bus: busParts,
    rules: made,
    wakeups: queue,
    table: stored.table,
    apis: api,
    functions: { ...functions, ...(beside ? { videos: beside.videos, ...beside.functions } : {}) },
  });

  return {
    socket: api.socket.url,
    http: api.http.url,
    bus: busParts.own,
    busPolicy,
    undelivered: busParts.undelivered.url,
    failed: busParts.failed.url,
    wakeups: queue.url,
    alarms: topic.arn,
    table: { name: stored.table.name, arn: stored.table.arn },
    bucket: stored.bucket,
    check: checking.stateMachine.arn,
    people: who.made,
    pages: pages?.url,
  };
}

/**
 * The check is a publisher like any other; so is a workflow that is deployed with it, and ServerlessVideo if its events
 * are taken in.
 */
const ownPublishers = ({ serverlessVideo }: Settings, beside: Workflow | undefined): Publisher[] => [
  checkPublisher,
  ...(beside ? [beside.publisher] : []),
  ...(serverlessVideo ? serverlessVideoPublishers : []),
];

/**
 * What `ingest` checks, as JSON: which subjects each source's events may be about. Without publishers it checks nothing,
 * and everybody may publish about anything.
 */
const publishersOf = (settings: Settings, beside: Workflow | undefined): string =>
  publishersVariable([...settings.publishers, ...ownPublishers(settings, beside)]);

/** Task tokens cannot be named as resources; histories are limited to this account's executions. */
const mayRelay = (): Statement[] => [
  { actions: ["states:SendTaskSuccess", "states:SendTaskHeartbeat"], resources: ["*"] },
  {
    actions: ["states:GetExecutionHistory"],
    resources: [
      $interpolate`arn:aws:states:${aws.getRegionOutput().region}:${aws.getCallerIdentityOutput().accountId}:execution:*`,
    ],
  },
];
