import { setTimeout as pause } from "node:timers/promises";
import { type Aws, awsAt } from "../../tests/e2e/aws.ts";
import type { Child } from "../children/child.ts";
import { now } from "../children/now.ts";
import type { Broadcaster } from "../processes/broadcaster.ts";
import type { Committer } from "../processes/committer.ts";
import type { Crowd } from "../processes/crowd.ts";
import type { Producer } from "../processes/producer.ts";
import type { Witness } from "../processes/witness.ts";
import type { Context, Side } from "../row.ts";
import { type Barriers, barriersOf } from "../service/barriers.ts";
import { newMarker } from "../sockets/marker.ts";
import { type Asking, createAsking } from "./asking.ts";
import { bearing, devToken } from "./tokens.ts";

/** Callboard with browsers that note when something reaches them. */
export interface LatencyScene {
  /** Puts events of subjects that one browser each follows; returns the times from call to arrival, in milliseconds. */
  events(count: number): Promise<number[]>;
  /**
   * Starts that many executions that ask, for at most half a minute. Measures until the question is in the browser, and
   * from the answer until the execution continues.
   */
  questions(count: number): Promise<{ asked: number[]; answered: number[] }>;
  /** Round trips to a bare `ws` server. */
  roundTrips(count: number): Promise<number[]>;
  /** Durable commits of a store like the service's, one after another, in milliseconds. */
  commits(count: number): Promise<number[]>;
  /** The disk transactions of each; undefined if the store cannot be read. */
  barriers(count: number): Promise<BarriersCounted | undefined>;
  /** Puts events of other subjects, each followed by one browser, for as long as the work takes. */
  underLoad<T>(perSecond: number, work: () => Promise<T>): Promise<UnderLoad<T>>;
}

/** The number of disk transactions from the call until an event, a question and an answer arrived. */
interface BarriersCounted {
  readonly event: readonly number[];
  readonly question: readonly number[];
  readonly reply: readonly number[];
}

interface UnderLoad<T> {
  readonly done: T;
  /** How many were put a second. */
  readonly perSecond: number;
  /** From their end until the next event is in the browser, in milliseconds: long if there were too many. */
  readonly backlogMs: number;
}

/** A subject is used again after at least half a second, more than the time between two pushes of a channel. */
const MEASURED_SUBJECTS = 20;
const PAUSE_MS = 25;
const MAX_QUESTIONS_MS = 30_000;
const MIN_QUESTIONS = 1;
const LOAD_SUBJECTS = 50;
const WARM_UP_MS = 1000;
/** The time until late writes are on the disk too. */
const REST_MS = 250;

const subjects = (name: string, count: number) =>
  Array.from({ length: count }, (_, n) => `bench/${name}-${n}`);
const channelsOf = (names: readonly string[]) => names.map((name) => `watch:${name}`);

/** Opens the scene with the service of this checkout or of the one that it is compared with. */
export async function openLatencyScene(
  { start, serve }: Pick<Context, "start" | "serve">,
  side: Side,
): Promise<LatencyScene> {
  const witness = await start<Witness>("witness");
  const crowd = await start<Crowd>("crowd");
  const producer = await start<Producer>("producer");
  const bare = await start<Broadcaster>("broadcaster");
  const committer = await start<Committer>("committer");
  const { socket, pages, aws: endpoint, data } = await serve(side);
  const bareUrl = await bare.call("url");
  const creator = bearing(await devToken(pages, "ana", "creator"));
  const viewer = bearing(await devToken(pages, "vic", "viewer"));
  const aws = awsAt(endpoint);
  const asking = await createAsking(aws);

  // Ana's browser is the first, because it answers.
  await witness.call("follow", socket, creator, ["inbox:user/ana"]);
  const measured = subjects("latency", MEASURED_SUBJECTS);
  for (const channel of channelsOf(measured)) await witness.call("follow", socket, viewer, [channel]);
  const others = subjects("load", LOAD_SUBJECTS);
  const browser = { url: socket, dialect: "callboard", protocols: viewer, count: 1, atOnce: 1 } as const;
  for (const channel of channelsOf(others)) await crowd.call("come", { ...browser, channels: [channel] });

  return {
    events: (count) => timeEvents(aws, witness, measured, count),
    questions: (count) => timeQuestions(asking, witness, count),
    roundTrips: (count) => witness.call("roundTrips", bareUrl, count),
    commits: (count) => committer.call("commits", count),
    async barriers(count) {
      const store = barriersOf(data);
      if (!store) return undefined;
      const counted = await countBarriers(store, count, { aws, witness, asking, name: measured[0]! });
      await store.close();
      return counted;
    },
    async underLoad(perSecond, work) {
      await producer.call("begin", endpoint, perSecond, others);
      await pause(WARM_UP_MS);
      const done = await work();
      const put = await producer.call("end");
      // It is queued after all waiting events.
      const [backlogMs] = await timeEvents(aws, witness, measured, 1);
      return { done, perSecond: put, backlogMs: backlogMs! };
    },
  };
}

async function timeEvents(
  aws: Aws,
  witness: Child<Witness>,
  names: readonly string[],
  count: number,
): Promise<number[]> {
  const begun = new Map<string, number>();
  for (let n = 0; n < count; n++) {
    const message = newMarker();
    const event = {
      subject: names[n % names.length]!,
      step: "work",
      state: "running",
      at: Date.now(),
      message,
    };
    begun.set(message, now());
    await aws.put("Progress Reported", [event]);
    await pause(PAUSE_MS);
  }
  const times: number[] = [];
  for (const [marker, start] of begun) times.push((await witness.call("first", marker)).at - start);
  return times;
}

/** Asks as many questions as there is time for: each after the answer to the one before. */
async function timeQuestions(
  asking: Asking,
  witness: Child<Witness>,
  count: number,
): Promise<{ asked: number[]; answered: number[] }> {
  const asked: number[] = [];
  const answered: number[] = [];
  const end = now() + MAX_QUESTIONS_MS;
  for (let n = 0; n < count && (n < MIN_QUESTIONS || now() < end); n++) {
    const times = await timeQuestion(asking, witness);
    asked.push(times.asked);
    answered.push(times.answered);
  }
  return { asked, answered };
}

async function countBarriers(
  store: Barriers,
  count: number,
  { aws, witness, asking, name }: { aws: Aws; witness: Child<Witness>; asking: Asking; name: string },
): Promise<BarriersCounted> {
  const counted = { event: [] as number[], question: [] as number[], reply: [] as number[] };
  const counting = async (into: number[], work: () => Promise<unknown>) => {
    await pause(REST_MS);
    const before = store.count();
    await work();
    into.push(store.count() - before);
  };
  for (let n = 0; n < count; n++) {
    const message = newMarker();
    await counting(counted.event, async () => {
      await aws.put("Progress Reported", [
        { subject: name, step: "work", state: "running", at: Date.now(), message },
      ]);
      await witness.call("first", message);
    });
    const marker = newMarker();
    let executionArn = "";
    await counting(counted.question, async () => {
      executionArn = await asking.ask(`bench/${marker}`);
      await witness.call("first", marker);
    });
    const { text } = await witness.call("first", marker);
    await counting(counted.reply, async () => {
      await answer(witness, marker, text);
      await asking.wentOn(executionArn, 2);
    });
  }
  return counted;
}

/** Answers the question in a message; returns when, in milliseconds since the epoch. */
const answer = (witness: Child<Witness>, marker: string, text: string): Promise<number> =>
  witness.call("say", {
    type: "reply",
    id: marker,
    requestId: /"request\/(req_[^"]+)"/.exec(text)![1],
    replyId: `rpl_${marker}`,
    round: 1,
    verb: "pick",
    candidateId: "left",
  });

async function timeQuestion(
  asking: Asking,
  witness: Child<Witness>,
): Promise<{ asked: number; answered: number }> {
  const marker = newMarker();
  const start = now();
  const executionArn = await asking.ask(`bench/${marker}`);
  const { at, text } = await witness.call("first", marker);
  const said = await answer(witness, marker, text);
  return { asked: at - start, answered: (await asking.wentOn(executionArn)) - said };
}
