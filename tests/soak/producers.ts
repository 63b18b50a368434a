import type { Subject } from "@callboard/protocol";
import { startAsking } from "../e2e/asking.ts";
import type { Aws } from "../e2e/aws.ts";
import type { Plan } from "./plan.ts";
import { below, type Random, seeded } from "./random.ts";
import { people, popular, reportOf, small, steps } from "./story.ts";

/** Workflows at work: they repeat reports and questions until these are accepted. */
export interface Producers {
  start(): void;
  /** Stops them; resolves when everything they had started to send is accepted. Rejects on unexpected errors. */
  stop(): Promise<void>;
  /** One more report about each subject. */
  reportEnd(): Promise<void>;
  /** Stops them, whether or not anything was accepted. */
  abandon(): void;
  /** How many reports of a step were put, by `<subject> <step>`. After a stop, all of them were accepted. */
  readonly reported: ReadonlyMap<string, number>;
  /** The accepted executions, by their ARNs. */
  readonly started: readonly string[];
  readonly counts: { reports: number; questions: number; withdrawn: number; repeats: number };
}

const TICK_MS = 200;
const AGAIN_MS = 250;
/** How long a question is open before it is withdrawn. */
const OPEN_MS = 2_500;

export function createProducers(plan: Plan, aws: Aws): Producers {
  const reported = new Map<string, number>();
  const started: string[] = [];
  const counts = { reports: 0, questions: 0, withdrawn: 0, repeats: 0 };
  const pending = new Set<Promise<void>>();
  let running = true;
  let abandoned = false;

  const pickSubject = (random: Random) => {
    const among = random() < plan.popularShare ? popular : small;
    return among[below(random, among.length)]!;
  };

  /** Repeats until it is accepted: a repeated report takes effect once. */
  async function insist<T>(say: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await say();
      } catch (cause) {
        // The server is down, or was killed before the answer.
        if (abandoned || !isPassing(cause)) throw cause;
        counts.repeats++;
        await wait(AGAIN_MS);
      }
    }
  }

  function nextReport(subject: Subject, random: Random) {
    const step = steps[below(random, steps.length)]!;
    const n = reported.get(`${subject} ${step}`) ?? 0;
    reported.set(`${subject} ${step}`, n + 1);
    return reportOf(subject, step, n);
  }

  async function put(reports: readonly object[]): Promise<void> {
    await insist(() => aws.put("Progress Reported", reports));
    counts.reports += reports.length;
  }

  async function report(): Promise<void> {
    const random = seeded(plan.seed, "reports");
    await atPace(plan.eventsPerSecond, async (count) => {
      await put(Array.from({ length: count }, () => nextReport(pickSubject(random), random)));
    });
  }

  async function ask(): Promise<void> {
    const random = seeded(plan.seed, "questions");
    await atPace(plan.questionsPerSecond, async (count) => {
      const subjects = Array.from({ length: count }, () => pickSubject(random));
      const person = people[below(random, people.length)];
      const assignees = [`user/${person}`];
      const executions = await insist(() => startAsking(aws, `soak-${person}`, subjects, { assignees }));
      counts.questions += count;
      started.push(...executions);
      if (random() >= 0.4) return;
      const closing = takeBack(subjects, executions);
      pending.add(closing);
      closing.then(
        () => pending.delete(closing),
        () => {},
      );
    });
  }

  async function takeBack(subjects: readonly string[], executions: readonly string[]): Promise<void> {
    await wait(OPEN_MS);
    const closed = subjects.map((subject, n) => ({
      subject,
      thread: "title",
      reason: "It is no longer wanted.",
      execution: executions[n],
    }));
    await insist(() => aws.put("Feedback Closed", closed));
    counts.withdrawn += closed.length;
  }

  /** Sends a rate of reports per second, one after the other; those that could not be sent in time are left out. */
  async function atPace(perSecond: number, say: (count: number) => Promise<void>): Promise<void> {
    for (let owed = 0; running; await wait(TICK_MS)) {
      owed += (perSecond * TICK_MS) / 1000;
      const count = Math.floor(owed);
      owed -= count;
      if (count > 0) await say(count);
    }
  }

  let work: Promise<unknown> | undefined;
  return {
    start() {
      work = Promise.all([report(), ask()]);
      // Set by `stop`.
      work.catch(() => {});
    },
    async stop() {
      running = false;
      await work;
      await Promise.all(pending);
    },
    reportEnd() {
      const random = seeded(plan.seed, "last words");
      return put([...popular, ...small].map((subject) => nextReport(subject, random)));
    },
    abandon() {
      running = false;
      abandoned = true;
    },
    reported,
    started,
    counts,
  };
}

const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** The server was not there, or not for long enough. */
function isPassing(cause: unknown): boolean {
  const { code, name, $metadata } = cause as {
    code?: string;
    name?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode ?? 0;
  return (
    ["ECONNREFUSED", "ECONNRESET", "EPIPE"].includes(code ?? "") || name === "TimeoutError" || status >= 500
  );
}
