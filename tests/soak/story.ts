import {
  type Channel,
  fnv1a,
  type Item,
  parseChannel,
  type StepValue,
  type Subject,
} from "@callboard/protocol";

/** The steps of every subject. */
export const steps = ["fetch", "cut", "caption", "title", "review", "publish"] as const;
const REPORTS_PER_ATTEMPT = 25;
/** Subjects with thousands of followers, so that pages and shards of the audience are used. */
const crowded = "video/soak_crowd" as const;
export const popular = [crowded, ...Array.from({ length: 4 }, (_, n) => `video/soak_popular${n}` as const)];
export const small = Array.from({ length: 40 }, (_, n) => `video/soak_small${n}` as const);
/** The people with an inbox. */
export const people = Array.from({ length: 7 }, (_, n) => `p${n}`);

/** The person at a socket, and the channels that are followed there. */
export interface Seat {
  readonly user: string;
  readonly role: "viewer" | "creator";
  readonly channels: readonly Channel[];
}

/** Of twenty sockets, ten follow what everybody follows, seven a popular subject, three are owners of one. */
export function seatOf(n: number): Seat {
  const kind = n % 20;
  const turn = Math.floor(n / 20);
  if (kind < 10) return { user: "vic", role: "viewer", channels: [`watch:${crowded}`] };
  if (kind < 17)
    return { user: "vic", role: "viewer", channels: [`watch:${popular[1 + ((turn + kind) % 4)]!}`] };
  const user = people[turn % people.length]!;
  const subject = small[(turn * 3 + kind) % small.length]!;
  const own: Channel[] = kind === 17 ? [`inbox:user/${user}`] : [`watch:${subject}`];
  return { user, role: "creator", channels: [`work:${subject}`, ...own] };
}

/** The n-th report of a step, from 0; all its content follows from its number, so that reports can be told apart. */
export function reportOf(subject: Subject, step: string, n: number) {
  const place = n % REPORTS_PER_ATTEMPT;
  const last = place === REPORTS_PER_ATTEMPT - 1;
  return {
    subject,
    step,
    attempt: 1 + Math.floor(n / REPORTS_PER_ATTEMPT),
    state: last ? "succeeded" : "running",
    percent: Math.round((100 * (place + 1)) / REPORTS_PER_ATTEMPT),
    message: `${n} ${fnv1a(`${subject} ${step} ${n}`).toString(36)}`,
    at: Date.UTC(2026, 0, 1) + n,
  };
}

/** The number of the report that a step's value is from; undefined if there is no such report. */
export function numberOf(channel: Channel, { key, value }: Item): number | undefined {
  const { step, attempt, state, percent, message } = value as StepValue;
  const n = Number.parseInt(message ?? "", 10);
  const report = reportOf(parseChannel(channel).name as Subject, step, n);
  const same =
    key === `step/-/${step}` &&
    attempt === report.attempt &&
    state === report.state &&
    percent === report.percent &&
    message === report.message;
  return same ? n : undefined;
}
