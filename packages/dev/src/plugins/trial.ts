import type { Lambda, LambdaHandler } from "@callboard/aws-local";
import { type Hook, isSubject, limits, pluginManager } from "@callboard/protocol";
import { videoManager } from "@callboard/video/plugins";
import { functionArn, putRule } from "../bus-rules.ts";
import { openClosers } from "../closers.ts";
import type { OwnPlugin } from "./plugin-folder.ts";
import { openTrialWorld, type Said, type TrialWorld } from "./trial-world.ts";

/** A plugin that can be tried. */
export interface Tried extends Pick<OwnPlugin, "registered" | "pattern"> {
  /** Opens its function for one trial; `eventsUrl` is the EventBridge endpoint. */
  open(eventsUrl: string): { readonly handler: LambdaHandler; close(): Promise<unknown> };
}

export interface TrialOptions {
  /** Fields of `recording-ready` that replace those of the sample. */
  readonly recording?: Readonly<Record<string, unknown>>;
  /** How long the function may run, in milliseconds. Default: 30 seconds. */
  readonly patienceMs?: number;
}

/** An event that a plugin put, and Callboard's result; undefined when nothing handles such an event. */
export interface PutByPlugin {
  readonly afterMs: number;
  readonly source: string;
  readonly detailType: string;
  readonly message?: unknown;
  readonly said?: Said;
}

/** The life cycle's own variables for the plugin's turn. */
interface JudgedTurn {
  readonly state: "succeeded" | "failed";
  readonly message?: string;
  readonly reason?: string;
  readonly isInvalid?: boolean;
}

/**
 * What the life cycle does next: it continues, ends because the plugin finds the video invalid, skips an
 * optional plugin that failed, or ends because a required one failed.
 */
type Verdict = "goes_on" | "invalid" | "left_out" | "required_failed";

/** What a plugin did with one event, and how the life cycle reacted. */
export interface Trial {
  readonly hook: Hook;
  readonly name: string;
  readonly required: boolean;
  readonly timeoutSeconds: number;
  /** The event that it was called with, without its task token. */
  readonly event: object;
  /** How its function ran; undefined when its rule's pattern does not match the event. */
  readonly ran?: {
    readonly ms: number;
    readonly error?: { readonly type: string; readonly message: string };
  };
  readonly puts: readonly PutByPlugin[];
  readonly turn: JudgedTurn;
  readonly outcome: { readonly status: string; readonly cause?: string; readonly reason?: string };
  readonly verdict: Verdict;
  /** Whether the plugin worked: it was called, did not fail, and all its events were used. */
  readonly isRight: boolean;
  /** The data for the plugins after it; undefined when there is none. */
  readonly handedOn?: unknown;
}

/** A recording, as ServerlessVideo reports it as ready. */
export const sampleRecording = {
  id: "v_sample",
  channel_name: "ana",
  author: "ana",
  createdAt: "2026-01-01T00:00:00Z",
  durationmillis: 60_000,
  thumbnail: "https://cdn.example/t.jpg",
  playback_url: "https://cdn.example/p.m3u8",
  stream_url: "https://cdn.example/s.m3u8",
  recording_s3_key_prefix: "ivs/v1/sample",
  height: 720,
  width: 1280,
} as const;

/** Why no plugin could be called about a recording with these fields; undefined when it is possible. */
export const recordingProblem = ({ id }: Readonly<Record<string, unknown>>): string | undefined =>
  id === undefined || ((typeof id === "string" || typeof id === "number") && isSubject(`video/${id}`))
    ? undefined
    : "id: 1 to 194 letters, digits or . _ @ : | + = - /";

/** Calls a plugin once, in a life cycle without other plugins: the state machine judges its answer. */
export async function tryPlugin(tried: Tried, options: TrialOptions = {}): Promise<Trial> {
  const closers = openClosers();
  try {
    const world = await openTrialWorld(tried.registered, closers);
    const running = tried.open(world.url);
    closers.add(() => running.close());
    return await run(world, tried, running.handler, options);
  } finally {
    await closers.close();
  }
}

/** Variables of the life cycle's state machine. */
interface Variables extends Pick<Trial, "turn" | "outcome"> {
  readonly pluginData: Readonly<Record<string, readonly { readonly OutputValue: unknown }[]>>;
}

interface Watched {
  readonly id: string;
  readonly source: string;
  readonly "detail-type": string;
  readonly detail: Readonly<Record<string, unknown>>;
}

const PATIENCE_MS = 30_000;

async function run(
  world: TrialWorld,
  { registered, pattern }: Tried,
  handler: LambdaHandler,
  { recording = {}, patienceMs = PATIENCE_MS }: TrialOptions,
): Promise<Trial> {
  const { bus, lambda } = world;
  const { hook, name, required, timeoutSeconds } = registered;
  const events: { readonly event: Watched; readonly at: number }[] = [];
  let begun: number | undefined;
  let ms = 0;
  lambda.register("watch", async (event: Watched) => void events.push({ event, at: performance.now() }));
  const timed: LambdaHandler = async (...invocation) => {
    begun = performance.now();
    try {
      return await handler(...invocation);
    } finally {
      ms = performance.now() - begun;
    }
  };
  lambda.register("plugin", timed, { timeoutMs: patienceMs });
  const everything = { source: [{ prefix: "" }] };
  for (const [target, wanted] of Object.entries({ plugin: pattern, watch: everything }))
    await putRule(bus, { bus: "default", name: target, target, pattern: wanted, arn: functionArn(target) });

  const detail = { ...sampleRecording, ...recording };
  await bus.putEvents([
    { Source: videoManager, DetailType: "recording-ready", Detail: JSON.stringify(detail) },
  ]);
  const { turn, outcome, pluginData } = await decided(world, timeoutSeconds);
  await world.idle();

  const asked = events.find(({ event }) => event["detail-type"] === `${hook}.${name}`)?.event;
  const ran = begun === undefined ? undefined : await ranFor(lambda, ms, patienceMs);
  const puts = events
    .filter(({ event }) => !ofTheLifeCycle.has(event.source))
    .sort((a, b) => a.at - b.at)
    .map(({ event, at }) => putOf(event, at - (begun ?? at), world.said.get(event.id)));
  const verdict = verdictOf(turn, outcome);
  const handedOn = pluginData[hook]?.[0]?.OutputValue;
  return {
    hook,
    name,
    required,
    timeoutSeconds,
    event: { ...asked, detail: { ...asked?.detail, taskToken: "…" } },
    ...(ran ? { ran } : {}),
    puts,
    turn,
    outcome,
    verdict,
    isRight:
      ran !== undefined &&
      !ran.error &&
      (verdict === "goes_on" || verdict === "invalid") &&
      puts.every(({ said }) => said !== undefined && "outcome" in said),
    ...(handedOn === undefined ? {} : { handedOn }),
  };
}

function verdictOf({ state, isInvalid }: JudgedTurn, { status }: Trial["outcome"]): Verdict {
  if (state === "succeeded") return "goes_on";
  if (isInvalid) return "invalid";
  return status === "valid" ? "left_out" : "required_failed";
}

async function ranFor(lambda: Lambda, ms: number, patienceMs: number): Promise<NonNullable<Trial["ran"]>> {
  const [failed] = (await lambda.deadLetters()).filter(({ requestContext }) =>
    requestContext.functionArn.includes(":function:plugin:"),
  );
  if (!failed) return { ms: Math.round(ms) };
  const { errorType: type, errorMessage: message } = failed.responsePayload;
  return { ms: Math.round(type === "Sandbox.Timedout" ? patienceMs : ms), error: { type, message } };
}

const ofTheLifeCycle: ReadonlySet<string> = new Set([pluginManager, videoManager]);

function putOf(
  { source, "detail-type": detailType, detail }: Watched,
  afterMs: number,
  said?: Said,
): PutByPlugin {
  return {
    afterMs: Math.max(0, Math.round(afterMs)),
    source,
    detailType,
    ...("Message" in detail ? { message: detail.Message } : {}),
    ...(said ? { said } : {}),
  };
}

/**
 * The variables of the state machine at its end. Once nothing runs any more, no answer can come, so the rest
 * of the plugin's time is skipped.
 */
async function decided(world: TrialWorld, timeoutSeconds: number): Promise<Variables> {
  const { operations } = world.states;
  const until = world.now() + (Math.min(timeoutSeconds, limits.timeoutSeconds) + 3600) * 1000;
  for (;;) {
    await world.idle();
    const { executions } = (await operations.ListExecutions({ stateMachineArn: world.lifecycleArn })) as {
      executions: readonly { executionArn: string; status: string }[];
    };
    const [execution] = executions;
    if (execution && execution.status !== "RUNNING") return variablesOf(world, execution.executionArn);
    if (world.now() > until) throw new Error("the life cycle did not come to its end");
    await world.skip(timeoutSeconds * 100);
  }
}

/** The last value of each variable; each exited state reports what it has assigned. */
async function variablesOf({ states }: TrialWorld, executionArn: string): Promise<Variables> {
  const { events } = (await states.operations.GetExecutionHistory({
    executionArn,
    includeExecutionData: true,
    maxResults: 1000,
  })) as { events: readonly { stateExitedEventDetails?: { assignedVariables?: Record<string, string> } }[] };
  const assigned = events.flatMap(({ stateExitedEventDetails }) =>
    Object.entries(stateExitedEventDetails?.assignedVariables ?? {}),
  );
  return Object.fromEntries(assigned.map(([name, text]) => [name, JSON.parse(text)])) as unknown as Variables;
}
