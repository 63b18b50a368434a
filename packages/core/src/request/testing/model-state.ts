import type { Principal, RequestId, RequestState, Verb } from "@callboard/protocol";
import { expect } from "vitest";
import { probeEveryMs } from "../agenda.ts";
import { compareOrders, type FeedbackRequest } from "../request.ts";
import { people, type Who, type World } from "./model-world.ts";

/** What an observer who saw everything from outside knows of a request. */
export interface ModelRequest {
  readonly id: RequestId;
  readonly token: string;
  readonly execution: number;
  readonly thread: string;
  readonly order: readonly number[];
  readonly round: number;
  readonly askedAt: number;
  readonly timeoutAt: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  readonly hasDefault: boolean;
  readonly remindAt: number | undefined;
  readonly escalate: { at: number; to: readonly Principal[] } | undefined;
  assignees: readonly Principal[];
  deadline: number | undefined;
  state: RequestState;
  /** The one reply that was accepted. */
  accepted?: { replyId: string; by: string; verb: Verb; said?: string };
  /** When its wait ended without a result. */
  goneAt?: number;
  /** The version that was read last. */
  seen?: number;
}

export interface Model {
  readonly requests: ModelRequest[];
  /** The latest run of each execution, and when it ended. */
  readonly executions: { run: number; endedAt?: number }[];
  /** The reasons of workflows for closing a thread of an execution. */
  readonly closed: Set<string>;
  followedAt: number;
}

export const newModel = (now: number): Model => ({
  requests: [],
  executions: [{ run: 0 }, { run: 0 }],
  closed: new Set(),
  followedAt: now,
});

/** How late the clock may be, in milliseconds. */
const SLACK_MS = 10_000;

export const answering: readonly RequestState[] = ["answered", "relayed", "undeliverable", "unconfirmed"];

/** Whether a person may answer the request now. */
export function may(who: Who, { assignees }: ModelRequest): boolean {
  const { id, roles } = people[who];
  if (who === "owner" || who === "able") return true;
  return [`user/${id}` as const, ...roles].some((principal) => assignees.includes(principal));
}

/** The refusal of any action on the request; undefined while it is open. */
export function refusalOf(request: ModelRequest, now: number): string | undefined {
  if (answering.includes(request.state)) return "already_answered";
  if (request.state !== "open") return request.state;
  return request.deadline !== undefined && now >= request.deadline ? "expired" : undefined;
}

export const inThread = (model: Model, execution: number, thread: string) =>
  model.requests.filter((request) => request.execution === execution && request.thread === thread);

/** Ends a wait without a result, unless it had one. */
export function endWait(world: World, request: ModelRequest): void {
  const wait = world.stage.executions.waits.get(request.token)!;
  if (wait.ended || wait.result !== undefined) return;
  wait.ended = true;
  request.goneAt = world.now();
}

/** Reads how the requests are now: each of their transitions must be a legal one. */
export async function observe(model: Model, world: World): Promise<void> {
  for (const known of model.requests) {
    const real = requestOf(world, known);
    if (real.version === known.seen) continue;
    known.seen = real.version;
    stepIsLegal(model, world, known, real);
    peopleAreLegal(world, known, real);
    known.state = real.status.state;
    await ledgerIsWhole(world, real);
  }
  expect(world.stage.requests.all().length).toBe(model.requests.length);
  threadsAreInOrder(model);
  executionsGotWhatWasAccepted(model, world);
  nothingIsForgotten(model, world);
}

const requestOf = (world: World, { id }: ModelRequest): FeedbackRequest =>
  world.stage.requests.all().find((request) => request.id === id)!;

function stepIsLegal(model: Model, world: World, known: ModelRequest, real: FeedbackRequest): void {
  const { state } = real.status;
  if (state === known.state) return;
  const now = world.now();
  const late = known.deadline !== undefined && now >= known.deadline;
  const isOpen = known.state === "open";
  if ("reply" in real.status) {
    const { reply } = real.status;
    if (isOpen && !known.accepted) {
      expect({ by: reply.by.id, late, hasDefault: known.hasDefault }).toEqual({
        by: "system",
        late: true,
        hasDefault: true,
      });
      known.accepted = { replyId: reply.replyId, by: "system", verb: reply.verb };
    }
    expect(["open", "answered"]).toContain(known.state);
    expect({ replyId: reply.replyId, by: reply.by.id }).toMatchObject({
      replyId: known.accepted?.replyId,
      by: known.accepted?.by,
    });
    const arrived = resultOf(world, known)?.replyId === reply.replyId;
    if (state !== "answered") expect(state).toBe(arrived ? "relayed" : "undeliverable");
    return;
  }
  expect(known.state).toBe("open");
  expect(known.accepted).toBeUndefined();
  const { status } = real;
  if (status.state === "expired")
    expect({ late, hasDefault: known.hasDefault }).toEqual({ late: true, hasDefault: false });
  else if (status.state === "superseded") {
    const newer = model.requests.find((request) => request.id === status.by)!;
    expect(compareOrders(newer.order, known.order)).toBeGreaterThan(0);
  } else if (status.state === "withdrawn") {
    if (!["wait_gone", "execution_failed"].includes(status.reason))
      expect(model.closed).toContain(`${known.execution} ${known.thread} ${status.reason}`);
    expect(known.goneAt).toBeDefined();
  } else throw new Error(`from ${known.state} to ${state}`);
}

/** The assignees change by themselves only by an escalation. */
function peopleAreLegal(world: World, known: ModelRequest, real: FeedbackRequest): void {
  if (known.assignees.join() !== real.assignees.join()) {
    expect(world.now()).toBeGreaterThanOrEqual(known.escalate!.at);
    expect(real.assignees).toEqual([...new Set([...known.assignees, ...known.escalate!.to])]);
    known.assignees = real.assignees;
  }
  expect(real.deadline).toBe(known.deadline);
}

async function ledgerIsWhole(world: World, real: FeedbackRequest): Promise<void> {
  const ledger = await world.stage.requests.ledger(real.id);
  expect(ledger.map((entry) => entry.n)).toEqual(ledger.map((_, i) => i + 1));
  expect(ledger.length).toBe(real.version);
  for (const once of ["answered", "reminded", "escalated"])
    expect(ledger.filter((entry) => entry.what === once).length).toBeLessThanOrEqual(1);
  const ends = ledger.filter(({ what }) => ["answered", "expired", "withdrawn", "superseded"].includes(what));
  expect(ends.length).toBeLessThanOrEqual(1);
}

function threadsAreInOrder(model: Model): void {
  for (const [execution] of model.executions.entries())
    for (const thread of new Set(model.requests.map((request) => request.thread))) {
      const requests = inThread(model, execution, thread);
      const open = requests.filter((request) => request.state === "open");
      expect(open.length).toBeLessThanOrEqual(1);
      for (const request of open)
        for (const other of requests)
          expect(compareOrders(request.order, other.order)).toBeGreaterThanOrEqual(0);
    }
}

const resultOf = (world: World, { token }: ModelRequest) =>
  world.stage.executions.waits.get(token)?.result as { replyId: string } | undefined;

function executionsGotWhatWasAccepted(model: Model, world: World): void {
  for (const request of model.requests) {
    const result = resultOf(world, request);
    if (!result) expect(request.state).not.toBe("relayed");
    else {
      expect(result.replyId).toBe(request.accepted?.replyId);
      expect(["answered", "relayed"]).toContain(request.state);
    }
  }
}

/** The clock acts within `slackMs` of the due time, or of the last failure after it. */
function nothingIsForgotten(model: Model, world: World): void {
  const lastTrouble = world.troubles.at(-1) ?? 0;
  const overdue = (at: number | undefined) =>
    at !== undefined && world.now() > Math.max(at, lastTrouble) + SLACK_MS;
  for (const request of model.requests) {
    if (request.state !== "open") continue;
    const real = requestOf(world, request);
    expect(overdue(request.deadline), "a deadline passed").toBe(false);
    if (request.remindAt !== undefined && real.remindedAt === undefined)
      expect(overdue(request.remindAt), "nobody was reminded").toBe(false);
    if (request.remindAt !== undefined && real.remindedAt !== undefined)
      expect(real.remindedAt).toBeGreaterThanOrEqual(request.remindAt);
    if (real.escalate) expect(overdue(request.escalate?.at), "nobody else was asked").toBe(false);
    if (request.goneAt !== undefined)
      expect(overdue(request.goneAt + probeEveryMs(request.heartbeatSeconds)), "its wait is gone").toBe(
        false,
      );
  }
}
