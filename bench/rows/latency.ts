import { type LatencyScene, openLatencyScene } from "../callboard/latency-scene.ts";
import { inUnit, quantity, ratio, short } from "../figure.ts";
import type { Context, Figure, Figures } from "../row.ts";
import { median, quantile } from "../statistics.ts";

export const name = "latency";

/** Of events beside. */
const perSecond = 100;
const paths = ["event", "question", "reply"] as const;
type Path = (typeof paths)[number];
const shares = { p50: 0.5, p99: 0.99 } as const;
type Share = keyof typeof shares;

/** What one run has measured, in milliseconds. */
type Observed = Readonly<Record<Path | "trip", Readonly<Record<Share, number>>>>;

const words: Readonly<Record<Path, string>> = {
  event: "event put, until it is in the browser",
  question: "execution started, until its question is in the browser",
  reply: "reply sent, until the execution has gone on",
};

/** How soon what one says reaches the other, idle and while other subjects are reported on. */
export async function run(context: Context): Promise<Figures> {
  const scene = await openLatencyScene(context);
  const sizes = context.quick ? { events: 20, questions: 3 } : { events: 200, questions: 50 };
  const observed: Readonly<Record<"idle" | "loaded", Observed[]>> = { idle: [], loaded: [] };
  const put: number[] = [];
  const backlog: number[] = [];
  // In vain.
  await observe(scene, context.quick ? sizes : { events: 50, questions: 10 });
  for (let run = 1; run <= context.runs; run++) {
    observed.idle.push(await observe(scene, sizes));
    const loaded = await scene.underLoad(perSecond, () => observe(scene, sizes));
    observed.loaded.push(loaded.done);
    put.push(loaded.perSecond);
    backlog.push(loaded.backlogMs);
    const told = (["idle", "loaded"] as const).map((when) => {
      const last = observed[when].at(-1)!;
      return `${when} ${[...paths, "trip" as const].map((path) => `${path} ${short(last[path].p50)}, ${short(last[path].p99)}`).join("; ")}`;
    });
    context.say(`run ${run}, p50 and p99 in ms: ${told.join(" | ")}`);
  }
  return {
    figures: [
      ...figuresOf("idle", "idle", observed.idle),
      ...figuresOf("loaded", `beside ${perSecond} events a second`, observed.loaded),
      quantity(
        {
          name: "latency.loaded_backlog_ms",
          what: "until the last of those events was taken, once no more were put",
          unit: "ms",
          detail: `${short(median(put))} events a second`,
        },
        backlog,
      ),
    ],
  };
}

async function observe(
  scene: LatencyScene,
  sizes: { readonly events: number; readonly questions: number },
): Promise<Observed> {
  const trip = await scene.roundTrips(sizes.events);
  const event = await scene.events(sizes.events);
  const { asked, answered } = await scene.questions(sizes.questions);
  return {
    trip: sharesOf(trip),
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
        quantity({ name: `${figure}_ms`, what: `${words[path]}: ${share}, ${told}`, unit: "ms" }, of),
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
