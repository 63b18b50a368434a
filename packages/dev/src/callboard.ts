import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SFNClient } from "@aws-sdk/client-sfn";
import { type Bus, defaultPlace, type Gateway, type Lambda, listenSmtp } from "@callboard/aws-local";
import { dynamoDbOf, layoutRow, TTL, tableDefinition } from "@callboard/functions";
import {
  checkPublisher,
  deployedFunctions,
  type Publisher,
  publishersVariable,
  readSmtpUrl,
  serverlessVideoPublishers,
  smtpPlace,
  wakeupsQueue,
} from "@callboard/functions/deployment";
import { samplePath } from "@callboard/video";
import { createVideos } from "@callboard/video/api";
import { eventSource, eventSubjects, samples } from "@callboard/video/definition";
import { busName, putRules } from "./bus-rules.ts";
import { type Closers, openClosers } from "./closers.ts";
import { type DevRole, type DevTokens, openDevTokens } from "./dev-tokens.ts";
import { type Engines, startEngines } from "./engines.ts";
import { every } from "./every.ts";
import { composeFunctions, type Functions, logOf, type Posting } from "./functions.ts";
import { findIssuer, type LocalIssuer } from "./issuer.ts";
import { pluginFunctions, pluginNames, putLifecycle, recordingArn } from "./life-cycle.ts";
import { createPageServer, mailboxPage, type PageServer } from "./page-server.ts";
import type { Places } from "./places.ts";
import { pluginRoutes, pluginTester } from "./plugins/plugin-routes.ts";
import { registerPlugins } from "./plugins/register.ts";
import { wakeupsName } from "./queues.ts";
import { credentials, region } from "./sdk.ts";
import { portInUse, type Settings, StartError, type StartOptions } from "./settings.ts";
import { createSocketApis } from "./socket-apis.ts";
import {
  bucket,
  checkMachineArn,
  putCheckMachine,
  putStateMachine,
  stateMachineArn,
  taskFunctionNames,
} from "./state-machine.ts";
import { createTable, tableName } from "./table.ts";
import { followExecutions } from "./theatre/traces.ts";

export { credentials, region } from "./sdk.ts";
export type { StartOptions } from "./settings.ts";

/** The whole of Callboard on one machine. */
export interface LocalCallboard {
  readonly addresses: {
    readonly pages: string;
    readonly socket: string;
    /** The HTTP API, without a slash at its end. */
    readonly http: string;
    readonly aws: string;
    /** `smtp://127.0.0.1:<port>`. */
    readonly smtp: string;
    /** The page of the mailbox; undefined where people sign in. */
    readonly mail?: string;
    /** The server for Callboard's own mails, `mail.example.com:587`, if they do not go to the mailbox. */
    readonly mailServer?: string;
    /** With a viewer's and a creator's token in the fragment, unless an issuer signs people in. */
    readonly viewer: string;
    readonly creator: string;
  };
  readonly bus: Bus;
  readonly lambda: Pick<Lambda, "deadLetters" | "idle">;
  readonly gateway: Gateway;
  /** Stops everything; accepted data is on the disk. */
  close(): Promise<void>;
}

const POLL_EVERY_MS = 60_000;
const SWEEP_EVERY_MS = 60_000;

/**
 * Starts everything or nothing: when a later part fails, or the signal aborts, the started parts are stopped
 * again.
 */
export async function startCallboard(settings: Settings, options: StartOptions): Promise<LocalCallboard> {
  const closers = openClosers();
  const close = () => void closers.close().catch(() => {});
  options.signal?.addEventListener("abort", close, { once: true });
  if (options.signal?.aborted) close();
  try {
    return await start(settings, options, closers);
  } catch (cause) {
    await closers.close().catch(() => {});
    throw portInUse(cause, settings) ?? cause;
  }
}

async function start(settings: Settings, options: StartOptions, closers: Closers): Promise<LocalCallboard> {
  let places: Places | undefined;
  // First, since it locks the data folder, or refuses it.
  const engines = await startEngines(settings, options, closers, () => places);
  const tokens = await openTokens(settings);
  const { gateway, open } = await createSocketApis(engines, settings, options.gatewayLimits);
  closers.add(() => gateway.close());
  places = { socketEndpoint: socketEndpoint(gateway), checkMachineArn };
  const environment = variables(engines, gateway, tokens, settings);
  const services = {
    ...(engines.dynamodb ? { dynamodb: engines.dynamodb.call } : {}),
    events: engines.bus.call,
    states: engines.states.call,
    sqs: engines.queues.call,
  };
  const functions = composeFunctions(environment, options.say, {
    services,
    pages: () => places?.pages,
    ...postingOf(gateway, options),
    ...(options.mayCall ? { mayCall: options.mayCall } : {}),
  });
  closers.add(functions.idle);
  const sfn = new SFNClient({ region, credentials, endpoint: engines.endpoint.url });
  register(engines, functions, sfn);
  await deploy(engines, dynamoDbOf(environment, { inProcess: services }), sfn, settings);
  open({ ...functions, videos: videosOf(engines, sfn, settings, options) });
  await resumeWork(engines, closers);
  const pages = await servePages(engines, gateway, tokens, settings, options);
  closers.add(() => pages.close());
  // Last, so that a free port cannot be one that another part is configured to use.
  const smtp = await listenSmtp(engines.ses, settings.smtpPort ?? 0);
  closers.add(() => smtp.close());
  const mail = tokens.dev ? { mail: `${pages.url}${mailboxPage}` } : {};
  const mailServer = mailServerOf(settings);
  places = { ...places, pages: pages.url, smtp: smtp.url, ...mail };
  return {
    addresses: {
      pages: pages.url,
      socket: socketUrl(gateway),
      http: socketEndpoint(gateway),
      aws: engines.endpoint.url,
      smtp: smtp.url,
      ...mail,
      ...(mailServer ? { mailServer } : {}),
      viewer: `${pages.url}/viewer.html${await linked(tokens, "vic", "viewer")}`,
      creator: `${pages.url}/creator.html${await linked(tokens, "ana", "creator")}`,
    },
    bus: engines.bus,
    lambda: engines.lambda,
    gateway,
    close: closers.close,
  };
}

/** Which tokens are accepted: an issuer's, or those that this machine issues. */
type Tokens =
  | { readonly issuer: LocalIssuer; readonly dev?: undefined }
  | { readonly issuer?: undefined; readonly dev: DevTokens };

async function openTokens({ identity, data }: Settings): Promise<Tokens> {
  const issuer = identity && (await findIssuer(identity));
  return issuer ? { issuer } : { dev: await openDevTokens(join(data, "dev-key.json")) };
}

const linked = async ({ dev }: Tokens, user: string, role: DevRole): Promise<string> =>
  dev ? `#token=${await dev.sign(user, role)}` : "";

const socketEndpoint = (gateway: Gateway): string => `http://127.0.0.1:${gateway.port}`;
const socketUrl = (gateway: Gateway): string => `ws://127.0.0.1:${gateway.port}/`;

/**
 * Posts in this process, unless they should go over HTTP as on AWS. Half of the gateway's quota may go to one
 * channel, as on a new AWS account.
 */
function postingOf(
  gateway: Gateway,
  { posts = "in-process", disturbPosts, gatewayLimits: { requestsPerSecond } = {} }: StartOptions,
): Posting {
  const pacing = requestsPerSecond ? { postsPerSecond: requestsPerSecond / 2 } : {};
  if (posts === "http") return pacing;
  return { ...pacing, sender: disturbPosts ? disturbPosts(gateway) : gateway };
}

/** The environment of the functions, as a deployment sets it. */
const variables = (
  { endpoint }: Engines,
  gateway: Gateway,
  { issuer, dev }: Tokens,
  {
    retentionDays,
    dynamodbEndpoint,
    publishers,
    lists,
    notifyAfterSeconds,
    mailFrom,
    smtpUrl,
    port,
  }: Settings,
) => ({
  TABLE_NAME: tableName,
  BUS_NAME: busName,
  ACCOUNT_ID: defaultPlace.accountId,
  WAKEUPS_QUEUE_URL: `${endpoint.url}/${defaultPlace.accountId}/${wakeupsName}`,
  BUCKET: bucket,
  SOCKET_ENDPOINT: socketEndpoint(gateway),
  ...(lists ? { LISTS: lists } : {}),
  ...(notifyAfterSeconds ? { NOTIFY_AFTER_SECONDS: notifyAfterSeconds } : {}),
  ...(mailFrom ? { MAIL_FROM: mailFrom } : {}),
  ...(smtpUrl ? { SMTP_URL: smtpUrl } : {}),
  API_URL: socketEndpoint(gateway),
  // A free port is unknown until the server listens.
  ...(port > 0 ? { PAGES_URL: `http://127.0.0.1:${port}` } : {}),
  ...(dev ? { TOKEN_JWKS: JSON.stringify(dev.jwks) } : issuer.variables),
  ...(retentionDays ? { RETENTION_DAYS: retentionDays } : {}),
  ...(publishers ? { PUBLISHERS: publishersVariable([...named(publishers), ...ownPublishers]) } : {}),
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_ENDPOINT_URL: endpoint.url,
  ...(dynamodbEndpoint ? { AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint } : {}),
});

/** The server for mails from the settings, without its user and password. */
function mailServerOf({ smtpUrl }: Settings): string | undefined {
  const { server } = smtpUrl ? readSmtpUrl(smtpUrl) : {};
  return server && smtpPlace(server);
}

const named = (publishers: NonNullable<Settings["publishers"]>): Publisher[] =>
  Object.entries(publishers).map(([source, subjects]) => ({ source, subjects }));

/** A setting of other publishers must not leave out those of the events that a start itself processes. */
const ownPublishers: readonly Publisher[] = [
  { source: eventSource, subjects: eventSubjects },
  checkPublisher,
  ...serverlessVideoPublishers,
];

/** Registers the functions with the embedded Lambda. */
function register({ lambda, tasks, clients }: Engines, functions: Functions, sfn: SFNClient): void {
  lambda.register("ingest", functions.ingest);
  lambda.register("fanout", functions.fanout);
  lambda.register("relay", functions.relay);
  lambda.register("notify", functions.notify, { timeoutMs: deployedFunctions.notify.timeoutSeconds * 1000 });
  lambda.register("plugins", functions.plugins);
  const plugins = pluginFunctions(clients, sfn);
  for (const name of pluginNames) lambda.register(name, plugins[name]);
  lambda.register("clock", functions.clock, { timeoutMs: deployedFunctions.clock.timeoutSeconds * 1000 });
  for (const task of Object.keys(taskFunctionNames) as (keyof typeof taskFunctionNames)[])
    lambda.register(taskFunctionNames[task], async (payload) => (await tasks())[task](payload), {
      timeoutMs: 15 * 60_000,
    });
}

/**
 * Creates what a deployment creates: the table, the bucket, the state machine, the bus and its rules. Can be
 * repeated.
 */
async function deploy(
  { s3, bus, endpoint, ownPlugins }: Engines,
  dynamodb: ReturnType<typeof dynamoDbOf>,
  sfn: SFNClient,
  settings: Settings,
) {
  const made = await createTable(dynamodb, tableDefinition, layoutRow, TTL);
  if (made === "other_layout") throw new StartError(otherLayout(settings.data));
  await s3.createBucket(bucket);
  await putStateMachine(sfn, endpoint.url, settings.model);
  await putCheckMachine(sfn);
  await putRules(bus);
  if (!hasLifecycle(settings)) return;
  await putLifecycle(sfn, bus, dynamodb);
  await registerPlugins(bus, dynamodb, ownPlugins);
}

/** The life cycle's state machine can only reach the embedded DynamoDB. */
const hasLifecycle = ({ dynamodbEndpoint }: Settings): boolean => dynamodbEndpoint === undefined;

const otherLayout = (folder: string): string =>
  `The data in ${folder} was made by another version of Callboard, whose table has another layout. ` +
  "Nothing in it was changed. Move it away or delete it to start with an empty one, set CALLBOARD_DATA to another " +
  "folder, or use the version that made it.";

/** Resumes what an earlier process left, and starts the schedules. */
async function resumeWork(engines: Engines, closers: Closers) {
  const { dynamodb, lambda, bus, ses, states, clock, queues, mappings } = engines;
  await lambda.resume();
  mappings.resume();
  bus.resume();
  ses.resume();
  await states.resume();
  const { batchSize } = wakeupsQueue;
  queues.map(wakeupsName, { batchSize, invoke: (event) => lambda.invoke("clock", event) });
  closers.add(every(clock, POLL_EVERY_MS, async () => void (await lambda.invoke("clock", {}))));
  // Any other DynamoDB deletes expired items by itself.
  if (dynamodb) closers.add(every(clock, SWEEP_EVERY_MS, async () => void (await dynamodb.sweep())));
}

/** The function `videos`, as deployed with the post-processing. */
const videosOf = ({ clients, clock }: Engines, sfn: SFNClient, settings: Settings, { say }: StartOptions) =>
  createVideos({
    s3: clients().s3,
    sfn,
    bucket,
    stateMachineArn,
    ...(settings.plugins && hasLifecycle(settings) ? { recordingArn } : {}),
    sample: (lang) =>
      Promise.all(
        samples[lang].map(async ({ fileName, file }) => ({
          fileName,
          bytes: await readFile(samplePath(file)),
        })),
      ),
    newId: () => randomBytes(9).toString("hex"),
    clock,
    log: logOf(say),
  });

function servePages(
  { endpoint, queues, ses, states }: Engines,
  gateway: Gateway,
  { issuer, dev }: Tokens,
  settings: Settings,
  { pages, docs, kill }: StartOptions,
): Promise<PageServer> {
  const origins = {
    socket: `ws://127.0.0.1:${gateway.port}`,
    http: socketEndpoint(gateway),
    files: endpoint.url,
    signIn: issuer?.origins ?? [],
  };
  const config = {
    socketUrl: socketUrl(gateway),
    httpUrl: socketEndpoint(gateway),
    videos: true,
    standIns: true,
    sampleAvailable: true,
    devTokens: dev !== undefined,
    ...(dev ? { theatre: true, mayKill: kill !== undefined } : {}),
    ...(issuer?.signIn ? { signIn: issuer.signIn } : {}),
  };
  const theatre = dev && { states, follow: followExecutions(states), machineArn: stateMachineArn, kill };
  const plugins = dev && pluginRoutes(pluginTester(settings, endpoint.url));
  return createPageServer({
    port: settings.port,
    folder: pages,
    docs,
    mailServer: mailServerOf(settings),
    routes: () => ({ config, tokens: dev, queues: queues.handle, mail: ses, theatre, plugins }),
    origins: () => origins,
  });
}
