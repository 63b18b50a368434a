import {
  type CandidateValue,
  type DoorName,
  defined,
  type Principal,
  type RequestId,
  seconds,
  workChannel,
} from "@callboard/protocol";
import type {
  Door,
  DoorOutcome,
  DoorTokens,
  MailDoor,
  Notice,
  NoticeRecord,
  Ports,
  Reach,
  Turn,
  WebhookTarget,
} from "../ports/index.ts";
import { doorsOf } from "../reach/doors.ts";
import { candidatesOf, titleOf } from "../request/candidates.ts";
import { closedRefusal } from "../request/lifecycle.ts";
import type { FeedbackRequest, LedgerEntry } from "../request/request.ts";
import {
  type DueNotice,
  decideNotice,
  dueNoticeOf,
  type NoticeDecision,
  needsNotices,
  noticeRecordAfter,
  openDoors,
  putSince,
  type QuestionToSend,
  type Sent,
} from "./decide-notice.ts";
import { composeNotice } from "./notice.ts";
import { pause } from "./pause.ts";
import { askedAs, principalsOf } from "./people-to-notify.ts";

/** The ports that notifying people needs. */
export type NotifyPersonPorts = Pick<Ports, "heads" | "reach" | "notices" | "clock" | "ids" | "log"> & {
  readonly requests: Pick<Ports["requests"], "read" | "openFor" | "ledger">;
  readonly doors: Doors;
  readonly doorTokens: Pick<DoorTokens, "seal">;
};

/** The doors that a deployment has. */
export interface Doors {
  readonly mail?: MailDoor;
  readonly webhook?: Door<WebhookTarget>;
}

/** How long a process holds a person's turn: twice the time for the doors, and the reads and writes around it. */
const TURN_MS = seconds(30);
/** The time for the doors and for the writes after them. */
const SENDING_MS = seconds(13);

/** Attempts to take the turn. A process that lost it reads again, and then usually finds it held by another. */
const MAX_TRIES = 3;
/** When to try again for a person whose turn was taken by others each time. */
const CONTENDED_MS = seconds(15);

/** The most open questions of one person that are read; one transaction can record that many. */
const MAX_WAITING = 99;
/** The most roles of one person by which questions are searched. */
const MAX_PRINCIPALS = 21;

/** Reads that are shared by all people whom one event concerns. */
export interface SharedReads {
  ledger(request: FeedbackRequest): Promise<readonly LedgerEntry[]>;
  candidates(request: FeedbackRequest): Promise<readonly CandidateValue[]>;
  title(request: FeedbackRequest): Promise<string | undefined>;
}

/**
 * Reads each request and subject once, because they do not change while people are notified. A request that is
 * unchanged since it was asked needs no read of its ledger.
 */
export function shareReads(ports: Pick<NotifyPersonPorts, "requests" | "heads">): SharedReads {
  const once = <T>(read: (request: FeedbackRequest) => Promise<T>) => {
    const known = new Map<string, Promise<T>>();
    return (request: FeedbackRequest): Promise<T> => {
      const name = `${request.id} ${request.version}`;
      const found = known.get(name) ?? read(request);
      known.set(name, found);
      return found;
    };
  };
  const subject = once((request) => ports.heads.open(workChannel(request.subject)));
  return {
    ledger: once(async ({ id, version }) => (version === 1 ? [] : ports.requests.ledger(id))),
    candidates: once(async (request) => candidatesOf(request, await subject(request))),
    title: once(async (request) => titleOf(request, await subject(request))),
  };
}

/**
 * Notifies one person of a question, or of all that wait for them, if they must be notified now. Returns when they must
 * be notified after all; undefined: no more. Only the process that holds the person's turn notifies them, and it
 * records that before it gives the turn back. If it dies in between, the turn expires and the person is notified once
 * more.
 */
export async function notifyPerson(
  ports: NotifyPersonPorts,
  reads: SharedReads,
  key: string,
  id: RequestId,
): Promise<number | undefined> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const next = await tryToNotify(ports, reads, key, id);
    if (next !== "lost") return next;
  }
  return ports.clock.now() + CONTENDED_MS;
}

async function tryToNotify(
  ports: NotifyPersonPorts,
  reads: SharedReads,
  key: string,
  id: RequestId,
): Promise<number | undefined | "lost"> {
  const { clock } = ports;
  const [reach, request, turn, known] = await Promise.all([
    ports.reach.read(key),
    ports.requests.read(id),
    ports.notices.turn(key),
    ports.notices.records(key, [id]),
  ]);
  const as = reach && request && askedAs(reach, request);
  if (!as || !needsNotices(request, clock.now())) return undefined;
  const principals = [...new Set([as, ...principalsOf(reach)])].slice(0, MAX_PRINCIPALS);
  const has = doorNames.filter((door) => ports.doors[door] !== undefined);
  const due = await dueNotice(reads, principals, request, known.get(id));
  const decide = (waiting: number) => decideNotice({ reach, has, turn, due, waiting }, clock.now());
  // If the person is not notified now anyway, no more reads are needed.
  const first = decide(1);
  if (first.decision !== "single") return endOf(first, ports.log);
  const waiting = await waitingFor(ports, principals, request);
  const about = waiting.filter((one) => needsNotices(one, clock.now()));
  if (!about.some((one) => one.id === id)) return undefined;
  const decision = decide(waiting.length);
  if (decision.decision !== "single" && decision.decision !== "digest") return endOf(decision, ports.log);
  const isDigest = decision.decision === "digest";

  const held = takenFrom(turn, key, ports.ids.random(), clock.now());
  if (!(await ports.notices.claim(turn, held))) return "lost";
  // Read again while holding the turn: a person who was erased, is no longer asked, or turned off a door meanwhile is
  // not notified there.
  const [current, toSend] = await Promise.all([
    ports.reach.read(key),
    questionsToSend(ports, reads, {
      key,
      principals,
      about: isDigest ? about : about.filter((one) => one.id === id),
    }),
  ]);
  const sending = { reach: current ?? reach, doors: current ? openDoors(current, has) : [] };
  const questions = toSend.filter(({ request }) => current && askedAs(current, request));
  const sent = await send(ports, reads, { ...sending, held, questions, waiting: waiting.length });
  const now = clock.now();
  const records = questions.flatMap((question) => noticeRecordAfter(question, sent, now) ?? []);
  await ports.notices.settle(
    held,
    givenBack(held, isDigest && isAnySent(sent) ? now : held.digestAt),
    records,
  );
  await pauseRefusing(ports, sending.reach, sent);
  if (sent.size === 0 && questions.length > 0) return now + CONTENDED_MS;
  return records.find((one) => one.request.id === id)?.record.again?.at;
}

/** What a person must still be notified of for a question, given what was recorded at the time of the read. */
async function dueNotice(
  reads: SharedReads,
  principals: readonly Principal[],
  request: FeedbackRequest,
  record: NoticeRecord | undefined,
): Promise<DueNotice | undefined> {
  return dueNoticeOf(request, putSince(request, await reads.ledger(request), principals), record);
}

/**
 * The same for several questions, read while holding the turn: no other process notifies the person of them meanwhile.
 */
async function questionsToSend(
  ports: Pick<NotifyPersonPorts, "notices">,
  reads: SharedReads,
  {
    key,
    principals,
    about,
  }: { key: string; principals: readonly Principal[]; about: readonly FeedbackRequest[] },
): Promise<QuestionToSend[]> {
  const known = await ports.notices.records(
    key,
    about.map(({ id }) => id),
  );
  const questions = await Promise.all(
    about.map(async (request) => {
      const due = await dueNotice(reads, principals, request, known.get(request.id));
      return due && { request, due };
    }),
  );
  return questions.filter((question) => question !== undefined);
}

/** Open questions with notices that wait for a person: first this one, then the oldest ones. */
async function waitingFor(
  { requests, clock }: Pick<NotifyPersonPorts, "requests" | "clock">,
  principals: readonly Principal[],
  { id: first }: FeedbackRequest,
): Promise<FeedbackRequest[]> {
  const found = await Promise.all(principals.map((principal) => requests.openFor(principal, MAX_WAITING)));
  const ids = [...new Set([first, ...found.flat()])].slice(0, MAX_WAITING);
  const read = await Promise.all(ids.map((id) => requests.read(id)));
  const now = clock.now();
  return read
    .filter((request) => request !== undefined)
    .filter(({ notifyAfterMs }) => notifyAfterMs !== undefined)
    .filter((request) => closedRefusal(request, now) === undefined)
    .filter(({ assignees }) => principals.some((principal) => assignees.includes(principal)))
    .sort((a, b) => Number(b.id === first) - Number(a.id === first) || a.askedAt - b.askedAt);
}

interface Sending {
  readonly reach: Reach;
  readonly doors: readonly DoorName[];
  readonly held: Turn;
  readonly questions: readonly QuestionToSend[];
  readonly waiting: number;
}

/** Sends through all doors in parallel; through none if the reads before took too much of the turn. */
async function send(ports: NotifyPersonPorts, reads: SharedReads, sending: Sending): Promise<Sent> {
  const { reach, doors, held, questions, waiting } = sending;
  const composing = { ...ports, candidatesOf: reads.candidates, titleOf: reads.title };
  const notices = await Promise.all(
    doors.map(async (door) => {
      const own = questions.filter(({ due }) => !due.taken.includes(door));
      if (own.length === 0) return undefined;
      const about = { reach, door, questions: own, waiting, now: ports.clock.now() };
      return [door, await composeNotice(composing, about)] as const;
    }),
  );
  if (ports.clock.now() > held.until - SENDING_MS) return new Map();
  const outcomes = await Promise.all(
    notices
      .filter((notice) => notice !== undefined)
      .map(async ([door, notice]) => [door, await sendThrough(ports, door, reach, notice)] as const),
  );
  return new Map(outcomes);
}

/** The outcome of a notice at one door. A door that throws is retried, and does not stop the others. */
async function sendThrough(
  { doors, log }: Pick<NotifyPersonPorts, "doors" | "log">,
  door: DoorName,
  reach: Reach,
  notice: Notice,
): Promise<DoorOutcome> {
  const { mail, webhook } = doorsOf(reach);
  let outcome: DoorOutcome = { outcome: "refused", reason: "no_target" };
  try {
    if (door === "mail" && doors.mail && mail) outcome = await doors.mail.send(mail, notice);
    if (door === "webhook" && doors.webhook && webhook) outcome = await doors.webhook.send(webhook, notice);
  } catch {
    log.warn("a door failed", { door });
    outcome = { outcome: "again", reason: "failed" };
  }
  const { outcome: what } = outcome;
  log.metric("notices", 1, {
    door,
    outcome: what,
    ...("reason" in outcome ? { reason: outcome.reason } : {}),
  });
  return outcome;
}

/** Pauses each door that refused. */
async function pauseRefusing(ports: NotifyPersonPorts, reach: Reach, sent: Sent): Promise<void> {
  const { mail, webhook } = doorsOf(reach);
  for (const [door, { outcome }] of sent)
    if (outcome === "refused") {
      const target = door === "mail" ? mail?.address : webhook?.url;
      await pause(ports, { key: reach.key, door, reason: "refused", target });
    }
}

const doorNames: readonly DoorName[] = ["mail", "webhook"];

const isAnySent = (sent: Sent): boolean => [...sent.values()].some(({ outcome }) => outcome === "sent");

/** The turn, taken by the holder `by`. */
const takenFrom = (turn: Turn | undefined, key: string, by: string, now: number): Turn =>
  defined({ ...turn, key, by, rev: (turn?.rev ?? 0) + 1, until: now + TURN_MS });

const givenBack = (held: Turn, digestAt: number | undefined): Turn =>
  defined({ ...held, rev: held.rev + 1, until: 0, digestAt });

/** When to notify a person who is not notified now; undefined: never. */
function endOf(decision: NoticeDecision, log: NotifyPersonPorts["log"]): number | undefined {
  if (decision.decision !== "later") {
    if (decision.decision !== "notified") log.metric("notices_withheld", 1, { why: decision.decision });
    return undefined;
  }
  log.metric("notices_later", 1, { why: decision.why });
  return decision.at;
}
