import type { Callboard, Item } from "@callboard/client";
import type { RequestValue, Subject } from "@callboard/protocol";
import { browserTime } from "../session/browser-session.ts";
import { checkMaps } from "./check-maps.ts";
import {
  type Count,
  type Counters,
  counted,
  keepCounters,
  keptCounters,
  missingAnswers,
} from "./counters.ts";
import { type Asl, type GraphMachine, machineGraph, statesIn } from "./machine-graph.ts";
import { createStage, type Seen, type StageWays } from "./stage.ts";
import { type ExecutionStatus, type Started, type TheatreApi, TheatreError } from "./theatre-api.ts";
import { foldTrace, type States } from "./trace.ts";

/** The run that the theatre shows. */
export interface Run extends Started {
  readonly status: ExecutionStatus;
  readonly states: States;
  readonly after: number;
}

export interface TheatreState {
  readonly machine:
    | { readonly arn: string; readonly definition: Asl; readonly graph: GraphMachine }
    | undefined;
  readonly run: Run | undefined;
  readonly counters: Counters;
  /** Accepted answers that their executions lack, and keys that differ; undefined while unknown. */
  readonly lost: number | undefined;
  readonly isUp: boolean;
  /** How many answers were accepted since the page was loaded: each is animated. */
  readonly travels: number;
}

/** The pages in frames. */
export type FrameName = "creator" | "viewer";
export const frameNames = ["creator", "viewer"] as const;
export const people = { creator: "ana", viewer: "vic" } as const;

/** The state and actions of the theatre, without its drawing. */
export interface TheatreStore {
  readonly state: TheatreState;
  readonly stage: StageWays;
  readonly api: TheatreApi;
  follow(changed: () => void): () => void;
  /** Sets a page's frame, which may be reloaded at any time. */
  setFrame(name: FrameName, frame: HTMLIFrameElement | null): void;
  clientOf(name: FrameName): Callboard | undefined;
  /** A client in this page, for a user. */
  open(name: string, user: string, role: FrameName): Promise<Callboard>;
  run(options: { readonly timeoutSeconds?: number; readonly lang: string }): Promise<Run>;
  /** The open question of the run, from the creator's page. */
  question(): RequestValue | undefined;
  /**
   * Resolves when a condition is true, which is checked after each change and periodically; with false when
   * it took too long.
   */
  until(holds: () => boolean, longestMs: number): Promise<boolean>;
}

interface Options {
  readonly api: TheatreApi;
  readonly socketUrl: string;
  readonly storage: Storage;
}

const COUNTERS = "callboard.theatre.counters";
const RUN = "callboard.theatre.run";
const POLL_MS = 350;
const IDLE_POLL_MS = 2_500;
/** How long nothing must arrive before maps are compared, in milliseconds. */
const QUIET_MS = 1_500;

/** Starts with what the tab has kept, and follows its run. */
export function openTheatre({ api, socketUrl, storage }: Options): TheatreStore {
  const followers = new Set<() => void>();
  const frames = new Map<FrameName, HTMLIFrameElement>();
  const ended = new Set<string>();
  let state: TheatreState = {
    machine: undefined,
    run: keptRun(storage),
    counters: keptCounters(storage, COUNTERS),
    lost: undefined,
    isUp: true,
    travels: 0,
  };
  let differing: number | undefined;
  let quiet: ReturnType<typeof setTimeout> | undefined;
  let poll: ReturnType<typeof setTimeout> | undefined;

  const set = (change: Partial<TheatreState>) => {
    state = { ...state, ...change };
    const missing = missingAnswers(state.counters.accepted, (arn) => ended.has(arn), browserTime());
    const known = state.isUp && missing !== undefined && differing !== undefined;
    state = { ...state, lost: known ? missing + differing! : undefined };
    for (const follower of [...followers]) follower();
  };
  const count = (...counts: Count[]) => {
    const counters = counts.reduce(counted, state.counters);
    if (counters === state.counters) return;
    keepCounters(storage, COUNTERS, counters);
    set({ counters });
  };
  const clientOf = (name: FrameName): Callboard | undefined => frames.get(name)?.contentWindow?.callboard;

  function saw(name: string, what: Seen): void {
    if (what.kind === "connection") compareSoon();
    if (what.kind === "receipt") countReceipt(what.receipt);
    if (what.kind !== "push") return;
    // Opening this page itself changes the number of viewers.
    const items = what.items.filter(({ key }) => key !== "viewers");
    if (items.length === 0) return;
    count({ kind: "push" });
    const happened = Math.max(...items.map(({ at }) => at));
    const now = () => (isFrame(name) ? clientOf(name)?.now() : undefined);
    what.onShown(() => {
      const shown = now();
      if (shown !== undefined) count({ kind: "shown", ms: shown - happened });
    });
    compareSoon();
    pollSoon(60);
  }

  function countReceipt({ status, replyId, requestId }: Extract<Seen, { kind: "receipt" }>["receipt"]): void {
    if (status === "refused") {
      count({ kind: "refused" });
      return;
    }
    const before = state.counters;
    const execution = executionOf(requestId);
    count({ kind: "accepted", answer: { replyId, requestId, execution, at: browserTime() } });
    if (state.counters !== before) set({ travels: state.travels + 1 });
    pollSoon(60);
  }

  /** The ARN of the execution that asks, from the creator's page. */
  function executionOf(requestId: string): string | undefined {
    for (const view of clientOf("creator")?.channels() ?? []) {
      const request = valueIn(view.items, `request/${requestId}`);
      const run = typeof request?.execution === "string" ? request.execution : undefined;
      const arn = run === undefined ? undefined : valueIn(view.items, `execution/${run}`)?.arn;
      if (typeof arn === "string") return arn;
    }
    return undefined;
  }

  function compareSoon(): void {
    clearTimeout(quiet);
    quiet = setTimeout(() => void compareMaps(), QUIET_MS);
  }

  async function compareMaps(): Promise<void> {
    const found = await Promise.all(
      frameNames.map(async (name) => {
        const page = clientOf(name);
        return page && checkMaps(page, () => open(undefined, people[name], name)).catch(() => undefined);
      }),
    );
    const isKnown = found.every((keys) => keys !== undefined);
    differing = isKnown ? found.reduce((sum, keys) => sum + keys!.length, 0) : undefined;
    set({});
    if (!isKnown) compareSoon();
  }

  async function open(name: string | undefined, user: string, role: FrameName): Promise<Callboard> {
    const { connect } = await import("@callboard/client");
    return connect({
      url: socketUrl,
      token: () => api.token(user, role),
      name: "callboard-web/theatre",
      ...(name === undefined ? {} : { WebSocket: stage.socketFor(name) }),
    });
  }

  function pollSoon(afterMs: number): void {
    clearTimeout(poll);
    poll = setTimeout(() => void ask(), afterMs);
  }

  async function ask(): Promise<void> {
    try {
      if (!state.machine) {
        const { arn, definition } = await api.machine(state.run?.executionArn).catch(() => api.machine());
        set({ machine: { arn, definition, graph: machineGraph(definition) } });
      }
      await askRun();
      await askOthers();
      if (!state.isUp) set({ isUp: true });
      pollSoon(isUnderWay() ? POLL_MS : IDLE_POLL_MS);
    } catch (cause) {
      if (cause instanceof TheatreError && cause.status === 404) {
        // The data was deleted since.
        storage.removeItem(RUN);
        set({ run: undefined, isUp: true });
      } else if (state.isUp) set({ isUp: false });
      pollSoon(POLL_MS);
    }
  }

  const isUnderWay = () =>
    state.run?.status === "RUNNING" || state.counters.accepted.some(({ isThere }) => !isThere);

  async function askRun(): Promise<void> {
    const { run, machine } = state;
    if (!run || (run.status !== "RUNNING" && run.after > 0)) return;
    const waiting = new Set(
      machine && statesIn(machine.graph).flatMap(({ name, waits }) => (waits ? name : [])),
    );
    const answer = await api.execution(run.executionArn, run.after);
    record(run.executionArn, answer);
    // Another run may have started meanwhile.
    if (state.run?.executionArn !== run.executionArn || state.run.after !== run.after) return;
    const states = foldTrace(run.states, answer.events, (name) => waiting.has(name));
    set({ run: { ...run, states, status: answer.status, after: answer.after } });
  }

  /** Reads answers of executions that are not shown, or that have ended. */
  async function askOthers(): Promise<void> {
    const open = state.counters.accepted.filter(({ isThere }) => !isThere);
    for (const { requestId, execution } of open) {
      const arn = execution ?? executionOf(requestId);
      if (arn === undefined) continue;
      if (execution === undefined) count({ kind: "asked_by", requestId, execution: arn });
      record(arn, await api.execution(arn, Number.MAX_SAFE_INTEGER));
    }
    if (open.length > 0) set({});
  }

  function record(arn: string, { status, answers }: Awaited<ReturnType<TheatreApi["execution"]>>): void {
    count({ kind: "answers", execution: arn, replyIds: answers.map(({ replyId }) => replyId) });
    if (status !== "RUNNING") ended.add(arn);
  }

  const stage = createStage(saw);
  pollSoon(0);

  return {
    get state() {
      return state;
    },
    stage,
    api,
    follow(changed) {
      followers.add(changed);
      return () => followers.delete(changed);
    },
    setFrame(name, frame) {
      if (frame) frames.set(name, frame);
      else frames.delete(name);
      compareSoon();
    },
    clientOf,
    open,
    async run(options) {
      const started = await api.playSample(options);
      storage.setItem(RUN, JSON.stringify(started));
      const { arn, definition } = await api.machine(started.executionArn);
      const run: Run = { ...started, status: "RUNNING", states: new Map(), after: 0 };
      set({ run, machine: { arn, definition, graph: machineGraph(definition) } });
      pollSoon(0);
      return run;
    },
    question() {
      const items = state.run && clientOf("creator")?.channel(`work:${state.run.subject as Subject}`).items;
      const open = [...(items?.values() ?? [])].find(
        ({ key, value }) => key.startsWith("request/") && (value as RequestValue).state === "open",
      );
      return open?.value as RequestValue | undefined;
    },
    until(holds, longestMs) {
      return new Promise((resolve) => {
        const end = (is: boolean) => {
          clearInterval(again);
          clearTimeout(late);
          followers.delete(check);
          resolve(is);
        };
        const check = () => void (holds() && end(true));
        const again = setInterval(check, 100);
        const late = setTimeout(() => end(false), longestMs);
        followers.add(check);
        check();
      });
    },
  };
}

const isFrame = (name: string): name is FrameName => name === "creator" || name === "viewer";

const valueIn = (items: ReadonlyMap<string, Item>, key: string) =>
  items.get(key)?.value as Readonly<Record<string, unknown>> | null | undefined;

function keptRun(storage: Storage): Run | undefined {
  try {
    const kept = JSON.parse(storage.getItem(RUN) ?? "null") as Started | null;
    if (typeof kept?.subject !== "string" || typeof kept.executionArn !== "string") return undefined;
    return { ...kept, status: "RUNNING", states: new Map(), after: 0 };
  } catch {
    return undefined;
  }
}
