import { type LatencyScene, openLatencyScene } from "../callboard/latency-scene.ts";
import { beforeOf, sides, turnsOf } from "../compare.ts";
import { inUnit, quantity, ratio, short } from "../figure.ts";
import type { Context, Figure, Figures, Goal, Side } from "../row.ts";
import { median, quantile } from "../statistics.ts";

export const name = "latency";
export const against = true;

/** Events per second of other subjects at the same time. */
const PER_SECOND = 100;
const paths = ["event", "question", "reply"] as const;
type Path = (typeof paths)[number];
const shares = { p50: 0.5, p99: 0.99 } as const;
type Share = keyof typeof shares;

/** The result of one run, in milliseconds. */
type Observed = Readonly<Record<Path | "trip" | "commit", Readonly<Record<Share, number>>>>;

const words: Readonly<Record<Path, string>> = {
  event: "event put, until it is in the browser",
  question: "execution started, until its question is in the browser",
  reply: "reply sent, until the execution has gone on",
};

/** Of the idle p50, in milliseconds. */
const goals: Readonly<Record<Path, Goal>> = {
  event: { atMost: 8 },
  question: { atMost: 20 },
  reply: { atMost: 12 },
};

/** The results of the runs for a service. */
interface Found {
  readonly scene: LatencyScene;
  readonly idle: Observed[];
  readonly loaded: Observed[];
  readonly put: number[];
  readonly backlog: number[];
  readonly barriers: Record<Path, number[]>;
}

/** How long a message takes from one side to the other, on an idle service and during other reports. */
export async function run(context: Context): Promise<Figures> {
  const sizes = context.quick ? { events: 20, questions: 3 } : { events: 200, questions: 50 };
  const found: Partial<Record<Side, Found>> = {};
  for (const side of sides(context)) {
    const scene = await openLatencyScene(context, side);
    // Does not count.
    await observe(scene, context.quick ? sizes : { events: 50, questions: 10 });
    found[side] = {
      scene,
      idle: [],
      loaded: [],
      put: [],
      backlog: [],
      barriers: { event: [], question: [], reply: [] },
    };
  }
  for (let run = 1; run <= context.runs; run++)
    for (const side of turnsOf(context, run)) {
      const { scene, ...lists } = found[side]!;
      lists.idle.push(await observe(scene, sizes));
      const loaded = await scene.underLoad(PER_SECOND, () => observe(scene, sizes));
      lists.loaded.push(loaded.done);
      lists.put.push(loaded.perSecond);
      lists.backlog.push(loaded.backlogMs);
      const counted = await scene.barriers(context.quick ? 2 : 20);
      for (const path of paths) if (counted) lists.barriers[path].push(median(counted[path]));
      const told = (["idle", "loaded"] as const).map((when) => {
        const last = lists[when].at(-1)!;
        return `${when} ${[...paths, "trip" as const].map((path) => `${path} ${short(last[path].p50)}, ${short(last[path].p99)}`).join("; ")}`;
      });
      context.say(`run ${run}, ${side}, p50 and p99 in ms: ${told.join(" | ")}`);
    }
  const before = found.before ? allFigures(found.before) : [];
  return { figures: beforeOf(context, allFigures(found.here!), before) };
}

/** The most transactions that may have gone to the disk. */
const barrierGoals: Readonly<Record<Path, Goal>> = {
  event: { atMost: 2 },
  question: { atMost: 3 },
  reply: { atMost: 3 },
};

const allFigures = ({ idle, loaded, put, backlog, barriers }: Found): Figure[] => [
  ...figuresOf("idle", "idle", idle),
  ...paths.map((path) =>
    ratio(
      {
        name: `latency.idle_${path}_p50_over_commit`,
        what: `${words[path]}: p50, idle, to one durable commit of a store like the service's`,
      },
      idle.map((run) => run[path].p50),
      idle.map((run) => run.commit.p50),
      inUnit("ms"),
    ),
  ),
  ...paths
    .filter((path) => barriers[path].length > 0)
    .map((path) =>
      quantity(
        {
          name: `latency.${path}_barriers`,
          what: `${words[path]}: transactions that go to the disk meanwhile, idle`,
          unit: "",
          goal: barrierGoals[path],
        },
        barriers[path],
      ),
    ),
  ...figuresOf("loaded", `beside ${PER_SECOND} events a second`, loaded),
  quantity(
    {
      name: "latency.loaded_backlog_ms",
      what: "from the end of those events until the next event is in the browser",
      unit: "ms",
      detail: `${short(median(put))} events a second`,
    },
    backlog,
  ),
];

async function observe(
  scene: LatencyScene,
  sizes: { readonly events: number; readonly questions: number },
): Promise<Observed> {
  const trip = await scene.roundTrips(sizes.events);
  const commit = await scene.commits(sizes.events);
  const event = await scene.events(sizes.events);
  const { asked, answered } = await scene.questions(sizes.questions);
  return {
    trip: sharesOf(trip),
    commit: sharesOf(commit),
    event: sharesOf(event),
    question: sharesOf(asked),
    reply: sharesOf(answered),
  };
}

const sharesOf = (times: readonly number[]): Record<Share, number> => ({
  p50: quantile(times, shares.p50),
  p99: quantile(times, shares.p99),
});

function figuresOf(when: string, told: string, observed: readonly Observed[]): Figure[] {
  return paths.flatMap((path) =>
    (Object.keys(shares) as Share[]).flatMap((share) => {
      const of = observed.map((run) => run[path][share]);
      const over = observed.map((run) => run.trip[share]);
      const figure = `latency.${when}_${path}_${share}`;
      return [
        quantity(
          {
            name: `${figure}_ms`,
            what: `${words[path]}: ${share}, ${told}`,
            unit: "ms",
            ...(when === "idle" && share === "p50" ? { goal: goals[path] } : {}),
          },
          of,
        ),
        ratio(
          { name: `${figure}_over_round_trip`, what: "the same, to a bare `ws` round trip" },
          of,
          over,
          inUnit("ms"),
        ),
      ];
    }),
  );
}
