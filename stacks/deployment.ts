import { alarms } from "./alarms.ts";
import { apis, routes } from "./apis.ts";
import { bus, publishers, rules } from "./bus.ts";
import { clockSchedule } from "./clock.ts";
import { devPanes } from "./dev.ts";
import { keepFailures, mayKeepFailures, serviceFunction } from "./functions.ts";
import { identity } from "./identity.ts";
import { type Statement, tableOf } from "./permissions.ts";
import { readSettings, type Settings } from "./settings.ts";
import { storage } from "./storage.ts";
import { web } from "./web.ts";
import { workflow } from "./workflow.ts";

/** Everything that a stage has, in the order in which one part needs the other. Returns what whoever deploys must know. */
export function deployment() {
  const settings = readSettings($app.stage, process.env);
  const stored = storage(settings);
  const busParts = bus(settings);
  const api = apis(settings);
  const who = identity(settings);

  const mayPut: Statement = { actions: ["events:PutEvents"], resources: [busParts.own.arn] };
  const mayPost: Statement = {
    actions: ["execute-api:ManageConnections"],
    resources: [$interpolate`${api.socket.nodes.api.executionArn}/*/POST/@connections/*`],
  };
  const maySign: Statement = { actions: ["s3:GetObject"], resources: [$interpolate`${stored.bucket.arn}/*`] };
  const failures = { deadLetters: busParts.failed };
  const storedAt = {
    TABLE_NAME: stored.table.name,
    BUS_NAME: busParts.own.name,
    ...(settings.retentionDays ? { RETENTION_DAYS: settings.retentionDays } : {}),
    ...(settings.restored ? { TABLE_GENERATION: settings.restored.generation } : {}),
  };
  const posting = { SOCKET_ENDPOINT: api.socket.managementEndpoint };

  const authorize = serviceFunction(settings, "authorize", { environment: who.environment });
  const authorizeHttp = serviceFunction(settings, "authorize-http", { environment: who.environment });
  const socket = serviceFunction(settings, "socket", {
    environment: { ...storedAt, BUCKET: stored.bucket.name },
    permissions: [...tableOf.socket(stored), mayPut, maySign],
  });
  const requests = serviceFunction(settings, "requests", {
    environment: storedAt,
    permissions: [...tableOf.requests(stored), mayPut],
  });
  const ingest = serviceFunction(settings, "ingest", {
    memory: "1024 MB",
    timeout: "30 seconds",
    environment: {
      ...storedAt,
      ...posting,
      BUCKET: stored.bucket.name,
      ...(settings.publishers.length > 0
        ? { PUBLISHERS: publishersJson([...settings.publishers, ...ownPublishers(settings)]) }
        : {}),
    },
    permissions: [...tableOf.ingest(stored), mayPut, mayPost, maySign, mayKeepFailures(failures)],
  });
  const fanout = serviceFunction(settings, "fanout", {
    memory: "1024 MB",
    timeout: "30 seconds",
    environment: { ...storedAt, ...posting },
    permissions: [...tableOf.fanout(stored), mayPut, mayPost, mayKeepFailures(failures)],
  });
  const relay = serviceFunction(settings, "relay", {
    timeout: "30 seconds",
    environment: storedAt,
    permissions: [...tableOf.relay(stored), mayPut, ...mayRelay(), mayKeepFailures(failures)],
  });
  const clock = serviceFunction(settings, "clock", {
    memory: "256 MB",
    timeout: "1 minute",
    environment: storedAt,
    permissions: [...tableOf.clock(stored), mayPut, mayKeepFailures(failures)],
  });

  for (const [name, fn] of Object.entries({ Ingest: ingest, Fanout: fanout, Relay: relay }))
    keepFailures(name, fn, failures);
  // The next look is never far; one that is tried again would run beside it.
  keepFailures("Clock", clock, failures, 0);
  routes(api, { authorize, authorizeHttp, socket, requests });
  clockSchedule(clock, busParts.undelivered);

  const processing = settings.postProcessing ? workflow(settings, stored, busParts) : undefined;
  const stateMachineArns = [
    ...settings.stateMachineArns,
    ...(processing ? [processing.stateMachine.arn] : []),
  ];
  const functions = { ingest, fanout, relay };
  rules(busParts, settings, stateMachineArns, functions as never);
  publishers(
    busParts,
    settings,
    [socket, requests, ingest, fanout, relay, clock].map((fn) => fn.nodes.role.arn),
  );
  devPanes(busParts);
  const pages = settings.pages ? web(api) : undefined;
  alarms(settings, busParts, stored.table, {
    Authorize: authorize,
    AuthorizeHttp: authorizeHttp,
    Socket: socket,
    Requests: requests,
    Ingest: ingest,
    Fanout: fanout,
    Relay: relay,
    Clock: clock,
  });

  return {
    socket: api.socket.url,
    http: api.http.url,
    bus: busParts.own.name,
    undelivered: busParts.undelivered.url,
    failed: busParts.failed.url,
    table: stored.table.name,
    bucket: stored.bucket.name,
    ...(who.userPool ? { userPool: who.userPool.id, client: who.clientId } : {}),
    ...(processing ? { stateMachine: processing.stateMachine.arn } : {}),
    ...(pages ? { pages: pages.url } : {}),
  };
}

/** The post-processing is a publisher like any other. */
const ownPublishers = ({ postProcessing }: Settings) =>
  postProcessing ? [{ source: "callboard.workflow", subjects: ["video/"] }] : [];

/** What `ingest` checks: which subjects the events of a source may be about. */
const publishersJson = (publishers: readonly { source: string; subjects: readonly string[] }[]): string =>
  JSON.stringify(
    publishers.reduce<Record<string, string[]>>((all, { source, subjects }) => {
      all[source] = [...(all[source] ?? []), ...subjects];
      return all;
    }, {}),
  );

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
