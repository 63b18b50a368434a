import type { IncomingMessage } from "node:http";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { readBody } from "@callboard/aws-local";
import { type Hook, hooks } from "@callboard/protocol";
import { durationLimitPlugin, ownPlugins, pluginRules } from "@callboard/video/plugins";
import { environmentOfFunctions } from "../own-functions.ts";
import { PageError, requireOwnPage } from "../page-error.ts";
import { credentials, region } from "../sdk.ts";
import type { Settings } from "../settings.ts";
import { PluginFolderError, readPlugins } from "./plugin-folder.ts";
import {
  recordingProblem,
  sampleRecording,
  type Trial,
  type TrialOptions,
  type Tried,
  tryPlugin,
} from "./trial.ts";
import { atHook, triedPlugin } from "./tried.ts";

/** The plugins of this machine, for the page that tries them. */
export interface PluginTester {
  /** The plugins, read from their folders now. Throws `PluginFolderError`. */
  list(): Promise<readonly Tried[]>;
  try(plugin: Tried, options: TrialOptions): Promise<Trial>;
}

const PATH = "/dev/plugins";
const MAX_BYTES = 64 * 1024;
/** The most trials at once: each may run a function for half a minute. */
const MAX_AT_ONCE = 4;

/** The plugins in the functions folder, and the video application's plugin that needs no upload. */
export function pluginTester({ functions }: Settings, awsUrl: string): PluginTester {
  const environmentFor = (eventsUrl: string) => ({
    ...environmentOfFunctions(functions?.environment ?? {}, awsUrl),
    AWS_ENDPOINT_URL_EVENTBRIDGE: eventsUrl,
  });
  return {
    async list() {
      if (!functions) return [durationLimit];
      const found = await readPlugins(functions.folder);
      return [...found.map((plugin) => triedPlugin(functions.folder, plugin, environmentFor)), durationLimit];
    },
    try: tryPlugin,
  };
}

const durationLimit: Tried = {
  registered: ownPlugins[0]!,
  pattern: pluginRules("")[0].pattern,
  open(endpoint) {
    const bus = new EventBridgeClient({ region, credentials, endpoint });
    return { handler: durationLimitPlugin(bus), close: async () => bus.destroy() };
  },
};

/** Answers a path of the page of plugins; undefined for any other. */
export function pluginRoutes(tester: PluginTester) {
  let running = 0;

  async function tryOne(request: IncomingMessage): Promise<object> {
    requireOwnPage(request);
    const { plugin, hook, recording } = await wantedIn(request);
    const found = (await known(tester)).find(
      ({ registered: { hook, name } }) => plugin === `${hook}.${name}`,
    );
    if (!found) throw new PageError(404, "not_found", "There is no such plugin here.", "plugin");
    if (running >= MAX_AT_ONCE)
      throw new PageError(429, "too_many", "Other trials are running. Try again later.");
    running++;
    try {
      return await tester.try(hook ? atHook(found, hook) : found, { recording });
    } catch (cause) {
      throw asProblem(cause);
    } finally {
      running--;
    }
  }

  return async (request: IncomingMessage, { pathname }: URL): Promise<object | undefined> => {
    switch (`${request.method} ${pathname}`) {
      case `GET ${PATH}`:
        return {
          plugins: (await known(tester)).map(({ registered }) => registered),
          recording: sampleRecording,
        };
      case `POST ${PATH}`:
        return tryOne(request);
    }
    return undefined;
  };
}

const known = (tester: PluginTester): Promise<readonly Tried[]> =>
  tester.list().catch((cause: unknown) => {
    throw asProblem(cause);
  });

const asProblem = (cause: unknown): unknown =>
  cause instanceof PluginFolderError ? new PageError(400, "invalid", `${cause.message}.`) : cause;

interface Wanted {
  /** Its own hook and its name: `preValidate.length`. */
  readonly plugin: string;
  /** Default: the plugin's own hook and rule. */
  readonly hook?: Hook;
  readonly recording: Readonly<Record<string, unknown>>;
}

async function wantedIn(request: IncomingMessage): Promise<Wanted> {
  const body = await readBody(request, MAX_BYTES).catch(() => {
    throw new PageError(413, "too_large", "The request is over 64 KB.");
  });
  const { plugin, hook, recording = {} } = objectIn(body.toString("utf8"));
  if (typeof plugin !== "string")
    throw new PageError(
      400,
      "invalid",
      "The plugin must be its hook and name, such as preValidate.length.",
      "plugin",
    );
  const wanted = hooks.find((one) => one === hook);
  if (hook !== undefined && !wanted)
    throw new PageError(400, "invalid", `The hook must be one of ${hooks.join(", ")}.`, "hook");
  if (!isObject(recording))
    throw new PageError(400, "invalid", "The recording must be an object.", "recording");
  const problem = recordingProblem(recording);
  if (problem !== undefined) throw new PageError(400, "invalid", `${problem}.`, "recording");
  return { plugin, recording, ...(wanted ? { hook: wanted } : {}) };
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {}
  throw new PageError(400, "invalid", "The request must be a JSON object.");
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
