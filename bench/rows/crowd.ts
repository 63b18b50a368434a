import type { Channel, Subject } from "@callboard/protocol";
import { devToken } from "../callboard/tokens.ts";
import type { Child } from "../children/child.ts";
import { now } from "../children/now.ts";
import { beforeOf, sides, turnsOf } from "../compare.ts";
import { quantity, short } from "../figure.ts";
import type { Onlookers } from "../processes/onlookers.ts";
import type { Context, Figure, Figures, Side } from "../row.ts";
import { type EventsPut, eventsAt } from "../service/put-events.ts";
import type { Service } from "../service/service.ts";

export const name = "crowd";
export const against = true;

/** The result of one run: seconds from the first put until all have arrived. */
interface Found {
  readonly work: number;
  readonly inbox: number;
  readonly progress: number;
}

/** Many events about one subject at the same time: questions until the last is shown, and steps until all are shown. */
export async function run(context: Context): Promise<Figures> {
  const count = context.quick ? 4 : 40;
  const found: Record<Side, Found[]> = { here: [], before: [] };
  for (let run = 0; run <= context.runs; run++)
    for (const side of turnsOf(context, run)) {
      const one = await crowd(context, side, count);
      // The first run does not count: it includes the work of the builder and the compiler.
      if (run > 0) found[side].push(one);
      context.say(
        `run ${run}, ${side}, in s: ${count} questions ${short(one.work)}, in the inbox ${short(one.inbox)}; ${count} steps ${short(one.progress)}`,
      );
    }
  const figures = figuresOf(found.here, count);
  const before = sides(context).includes("before") ? figuresOf(found.before, count) : [];
  return { figures: beforeOf(context, figures, before) };
}

async function crowd(context: Context, side: Side, count: number): Promise<Found> {
  const service = await context.serve(side);
  const people = await context.start<Onlookers>("onlookers");
  const events = eventsAt(service.aws);
  try {
    // A small run first, so that no first call is measured.
    await ask(service, people, events, "bench/crowd-warm", 2);
    await people.call("leave");
    const asked = await ask(service, people, events, "bench/crowd", count);
    await people.call("leave");
    return { ...asked, progress: await report(service, people, events, "bench/crowd-steps", count) };
  } finally {
    await events.close();
    await people.end();
    await service.end();
  }
}

/** Asks Ana that many questions at the same time, each from an execution and a thread of its own. */
async function ask(
  { socket, pages }: Service,
  people: Child<Onlookers>,
  events: EventsPut,
  subject: string,
  count: number,
): Promise<Omit<Found, "progress">> {
  const channels = [`work:${subject}`, "inbox:user/ana"] as const;
  const token = await devToken(pages, "ana", "creator");
  for (const channel of channels) await people.call("follow", socket, token, channel as Channel);
  const [work, inbox] = channels.map((channel, i) =>
    people.call("holds", channel as Channel, "request/", i === 0 ? count : count + standing(subject)),
  );
  const start = now();
  await Promise.all(
    Array.from({ length: count }, (_, n) =>
      events.put("Feedback Requested", question(subject, `${subject.replace(/\W/g, "-")}-${n}`)),
    ),
  );
  return { work: ((await work!) - start) / 1000, inbox: ((await inbox!) - start) / 1000 };
}

/** Questions that are already in Ana's inbox: those of the warm-up. */
const standing = (subject: string): number => (subject.endsWith("-warm") ? 0 : 2);

const question = (subject: string, name: string) => ({
  subject,
  thread: name,
  round: 1,
  taskToken: `bench-${name}`,
  execution: `arn:aws:states:us-east-1:000000000000:execution:bench:${name}`,
  timeoutSeconds: 600,
  prompt: "Which one?",
  verbs: ["pick", "reject"],
  candidates: [
    { id: "left", title: "Left" },
    { id: "right", title: "Right" },
  ],
  assignees: ["user/ana"],
});

/** Reports that many steps of one subject at the same time. */
async function report(
  { socket, pages }: Service,
  people: Child<Onlookers>,
  events: EventsPut,
  subject: Subject,
  count: number,
): Promise<number> {
  const channel: Channel = `watch:${subject}`;
  await people.call("follow", socket, await devToken(pages, "vic", "viewer"), channel);
  const all = people.call("holds", channel, "step/", count);
  const start = now();
  const step = (n: number) => ({ subject, step: `step-${n}`, state: "running", at: Date.now() });
  await Promise.all(Array.from({ length: count }, (_, n) => events.put("Progress Reported", step(n))));
  return ((await all) - start) / 1000;
}

function figuresOf(found: readonly Found[], count: number): Figure[] {
  const one = (of: keyof Found, figure: string, what: string, goal?: Figure["goal"]) =>
    quantity(
      { name: `crowd.${figure}`, what, unit: "s", ...(goal ? { goal } : {}) },
      found.map((run) => run[of]),
    );
  return [
    one(
      "work",
      "questions_seconds",
      `${count} questions at once on one subject, until whoever follows it sees the last`,
      { atMost: 2 },
    ),
    one("inbox", "inbox_seconds", "the same, until the last is in the inbox of whom they ask", { atMost: 2 }),
    one("progress", "progress_seconds", `${count} steps at once of one subject, until all are in its map`),
  ];
}
