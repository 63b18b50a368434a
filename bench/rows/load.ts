import { viewerProtocols } from "../callboard/tokens.ts";
import { beforeOf, sides, turnsOf } from "../compare.ts";
import { inUnit, quantity, ratio, short } from "../figure.ts";
import { backlogSeconds, highestSustained, judge, p50, p99, type Rung } from "../load/rungs.ts";
import type { Load } from "../processes/load.ts";
import type { Context, Figure, Figures, Side } from "../row.ts";
import { median } from "../statistics.ts";

export const name = "load";
export const against = true;

/** The rate at which the time of an event is compared with an idle service's. */
const COMPARED_RATE = 100;
/** The rate at which the processor time of the whole service is reported. */
const TREE_RATE = 150;
/** The rate that must be sustained; the main thread limits it first. */
const WANTED_RATE = 500;

interface Sizes {
  readonly rates: readonly number[];
  /** How long each is held. */
  readonly seconds: number;
  readonly subjects: number;
  readonly idle: { readonly rate: number; readonly seconds: number };
  readonly warmUp: { readonly rate: number; readonly seconds: number };
}

/** Steps of a subject that are reported on in turn. */
const STEPS = 8;

const usual: Sizes = {
  rates: [COMPARED_RATE, TREE_RATE, 200, 300, 400, WANTED_RATE, 600],
  seconds: 60,
  // At the highest rate a subject has an event a second, less than what is pushed together.
  subjects: 600,
  idle: { rate: 10, seconds: 15 },
  // Twice over all subjects: the first event of one costs more than any later.
  warmUp: { rate: 150, seconds: 8 },
};
const tiny: Sizes = {
  rates: [20, 40, COMPARED_RATE],
  seconds: 2,
  subjects: 20,
  idle: { rate: 10, seconds: 2 },
  warmUp: { rate: 10, seconds: 1 },
};

/** The result of one run for a service: the idle rate, and all rates up to the first that it cannot sustain. */
interface Climb {
  readonly idle: Rung;
  readonly rungs: readonly Rung[];
}

/**
 * How many events a second Callboard can take, each with its own follower. They are put at a fixed rate even if some are
 * late, one rate after another.
 */
export async function run(context: Context): Promise<Figures> {
  const sizes = sizesOf(context.quick, process.env.BENCH_LOAD_SECONDS);
  const found: Record<Side, Climb[]> = { here: [], before: [] };
  for (let run = 1; run <= context.runs; run++)
    for (const side of turnsOf(context, run)) {
      const climb = await climbOf(context, side, sizes);
      found[side].push(climb);
      const told = climb.rungs.map(
        (rung) =>
          `${rung.rate}/s ${judge(rung)} (p50 ${short(p50(rung))}, p99 ${short(p99(rung))} ms, backlog ${short(backlogSeconds(rung))} s)`,
      );
      context.say(`run ${run}, ${side}: idle p50 ${short(p50(climb.idle))} ms; ${told.join(", ")}`);
    }
  const figures = figuresOf(found.here, sizes);
  const before = sides(context).includes("before") ? figuresOf(found.before, sizes) : [];
  return { figures: beforeOf(context, figures, before) };
}

/** `seconds`: how long each rate is held, to try the row; the usual minute when it is missing. */
export function sizesOf(quick: boolean, seconds: string | undefined): Sizes {
  const sizes = quick ? tiny : usual;
  if (!seconds) return sizes;
  const held = Number(seconds);
  if (!Number.isInteger(held) || held < 1 || held > 600)
    throw new Error(`BENCH_LOAD_SECONDS is not a number of seconds from 1 to 600: ${seconds}`);
  return { ...sizes, seconds: held };
}

async function climbOf(context: Context, side: Side, sizes: Sizes): Promise<Climb> {
  const service = await context.serve(side);
  const load = await context.start<Load>("load");
  const { aws, socket } = service;
  const protocols = await viewerProtocols(service.pages);
  await load.call("follow", { aws, socket, protocols }, { subjects: sizes.subjects, steps: STEPS });
  const hold = async (rate: number, seconds: number): Promise<Rung> => {
    const [before, generator] = [await service.cpuMs(), await load.cpuMs()];
    const held = await load.call("hold", rate, seconds);
    const [after, end] = [await service.cpuMs(), await load.cpuMs()];
    const cpuMs = {
      service: (after.service - before.service) / held.put,
      main: (after.main - before.main) / held.put,
      engine: (after.engine - before.engine) / held.put,
      generator: (end - generator) / held.put,
    };
    return { rate, seconds, ...held, cpuMs };
  };
  await hold(sizes.warmUp.rate, sizes.warmUp.seconds);
  const idle = await hold(sizes.idle.rate, sizes.idle.seconds);
  const rungs: Rung[] = [];
  for (const rate of sizes.rates) {
    const failed = rungs.some((rung) => judge(rung) !== "sustained");
    // The compared rate is always measured; if it is too high to be sustained, no higher rate is.
    if (failed && rate !== COMPARED_RATE) continue;
    rungs.push(await hold(rate, sizes.seconds));
  }
  await load.end();
  await service.end();
  return { idle, rungs };
}

function figuresOf(climbs: readonly Climb[], { seconds }: Sizes): Figure[] {
  const compared = climbs.map(({ rungs }) => rungs.find(({ rate }) => rate === COMPARED_RATE)!);
  const idle = climbs.map((climb) => p50(climb.idle));
  const at = `at ${COMPARED_RATE} a second`;
  const cpu = (of: keyof Rung["cpuMs"], figure: string, what: string) =>
    quantity(
      { name: `load.${figure}`, what, unit: "ms" },
      compared.map(({ cpuMs }) => cpuMs[of]),
    );
  return [
    quantity(
      {
        name: "load.sustained",
        what: "sustained events a second, each for one follower, with a backlog under a second",
        unit: "/s",
        goal: { atLeast: WANTED_RATE },
        detail: `each rate for ${seconds} s; backlog ${at}: ${short(median(compared.map(backlogSeconds)))} s`,
      },
      climbs.map(({ rungs }) => highestSustained(rungs)),
    ),
    quantity(
      {
        name: "load.main_ms_per_event",
        what: `processor time of the main thread for each event, at ${WANTED_RATE} a second or the highest rate below it that was tried`,
        unit: "ms",
        goal: { atMost: 1.6 },
      },
      climbs.map(({ rungs }) => rungs.filter(({ rate }) => rate <= WANTED_RATE).at(-1)!.cpuMs.main),
    ),
    quantity(
      {
        name: "load.tree_ms_per_event",
        what: `processor time of the service and all that it has started for each event, at ${TREE_RATE} a second`,
        unit: "ms",
        goal: { atMost: 2.5 },
      },
      climbs.map(({ rungs }) => {
        const { cpuMs } = rungs.find(({ rate }) => rate === TREE_RATE) ?? rungs.at(-1)!;
        return cpuMs.service + cpuMs.engine;
      }),
    ),
    quantity(
      {
        name: "load.idle_p50_ms",
        what: "from the put of an event until its follower has it: p50, idle",
        unit: "ms",
      },
      idle,
    ),
    ratio(
      {
        name: "load.p50_at_100_over_idle",
        what: `the same ${at}, to that`,
        goal: { atMost: 3 },
      },
      compared.map(p50),
      idle,
      inUnit("ms"),
    ),
    ratio(
      { name: "load.p99_at_100_over_idle", what: `its p99 ${at}, to the idle p50` },
      compared.map(p99),
      idle,
      inUnit("ms"),
    ),
    cpu("service", "cpu_ms_per_event", `processor time of the service for each event, ${at}`),
    cpu("engine", "engine_cpu_ms_per_event", "the same of a database engine that runs beside it"),
    cpu("generator", "generator_cpu_ms_per_event", "the same of the generator"),
  ];
}
