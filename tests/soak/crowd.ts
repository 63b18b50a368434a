import { awsAt } from "../e2e/aws.ts";
import { devToken } from "../e2e/dev-token.ts";
import { createAnswers } from "./answers.ts";
import { answerCalls, givenArgument } from "./calls.ts";
import { compareMaps } from "./compare.ts";
import { createDoor } from "./door.ts";
import { type Company, type Member, openMember } from "./member.ts";
import type { Plan } from "./plan.ts";
import { seeded } from "./random.ts";
import type { Place } from "./server.ts";
import { breakOne, counts } from "./sockets.ts";
import { type Seat, seatOf } from "./story.ts";
import { openWindow } from "./window.ts";
import { createWitness } from "./witness.ts";

export interface CrowdArgument {
  readonly plan: Plan;
  readonly place: Place;
}

export interface CrowdReport {
  readonly members: number;
  readonly following: number;
  /** Sockets opened, frames received, sockets broken on purpose. */
  readonly sockets: typeof counts;
  readonly shown: number;
  readonly answers: { accepted: number; refused: number; unanswered: number };
  readonly violations: readonly string[];
  /** The maximum so far, in bytes. */
  readonly memory: number;
}

const { plan, place } = givenArgument<CrowdArgument>();
const TICK_MS = 100;
const page = openWindow();
const witness = createWitness();
const answers = createAnswers(seeded(plan.seed, "answers"));
const { stores, ...aws } = awsAt(`http://127.0.0.1:${place.awsPort}`);
const members: Member[] = [];
const absences: number[] = [];
const chance = seeded(plan.seed, "clients");

/** Shared by all sockets of a person: one request for each socket would be too slow. */
const tokens = new Map<string, Promise<string>>();
function token({ user, role }: Seat): Promise<string> {
  const known = tokens.get(user);
  if (known) return known;
  const asked = devToken(`http://127.0.0.1:${place.port}`, user, role);
  tokens.set(user, asked);
  asked.catch(() => tokens.delete(user));
  return asked;
}

const company: Company = {
  url: `ws://127.0.0.1:${place.socketPort}/`,
  random: () => plan.patience * chance(),
  openTimeoutMs: 1000 * plan.fillSeconds,
  door: createDoor(plan.attempts),
  token,
  witness,
  returned: (absentMs) => void absences.push(absentMs),
  inbox: answers.asked,
};

/** Runs `once` this many times per second. Returns a function that stops it. */
function often(perSecond: number, once: () => void): () => void {
  let owed = 0;
  const timer = setInterval(() => {
    for (owed += (perSecond * TICK_MS) / 1000; owed >= 1; owed--) once();
  }, TICK_MS);
  return () => clearInterval(timer);
}

const following = () => members.filter((member) => member.following).length;
let endBreaking = () => {};

const operations = {
  /** Creates all clients. */
  fill() {
    while (members.length < plan.sockets) members.push(openMember(seatOf(members.length), company));
  },
  /** Breaks sockets at random from now on. */
  disturb() {
    const random = seeded(plan.seed, "sockets");
    endBreaking = often(plan.disconnectsPerSecond, () => breakOne(random, plan.sockets));
  },
  calm: () => endBreaking(),
  /** Stops answering; resolves when no reply waits for its receipt. */
  answered: answers.stop,
  /** Makes every client send a heartbeat, or connect if it waits for that. */
  beat: () => page.online(plan.beatsPerSecond),
  compare: () => compareMaps(members, stores.heads),
  unrelayed: () => answers.unrelayed({ stores, ...aws }),
  /** The highest report of each step that was shown. */
  highest: () => [...witness.highest],
  absences: () => absences,
};
export type CrowdOperations = typeof operations;

answerCalls(
  operations,
  (): CrowdReport => ({
    members: members.length,
    following: following(),
    sockets: counts,
    shown: witness.shown,
    answers: answers.counts,
    violations: witness.violations,
    memory: process.resourceUsage().maxRSS * 1024,
  }),
);
