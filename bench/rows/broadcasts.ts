import { quantity, short } from "../figure.ts";
import type { Simulated, Simulation } from "../processes/simulation.ts";
import type { Context, Figure, Figures } from "../row.ts";
import { median } from "../statistics.ts";

export const name = "broadcasts";

const usual = ["--channels", "50", "--viewers", "2000", "--minutes", "1"];
const tiny = ["--channels", "2", "--viewers", "10", "--minutes", "0.5", "--pace", "10"];

/** Whole broadcasts of many channels to many viewers, from a process of its own: what was lost, and how late a change was. */
export async function run(context: Context): Promise<Figures> {
  const found: Simulated[] = [];
  for (let run = 1; run <= context.runs; run++) {
    const service = await context.serve("here");
    const simulation = await context.start<Simulation>("simulation");
    const one = await simulation.call("play", service.aws, context.quick ? tiny : usual);
    await simulation.end();
    await service.end();
    found.push(one);
    const { live } = one.kinds;
    context.say(`run ${run}: live p50 ${live!.p50} ms, p99 ${live!.p99} ms; ${one.failures.length} failures`);
  }
  return { figures: figuresOf(found) };
}

function figuresOf(found: readonly Simulated[]): Figure[] {
  const sum = (one: Simulated, of: "reached" | "lost") =>
    Object.values(one.kinds).reduce((all, kind) => all + kind[of], 0);
  const cores = (of: "callboard" | "simulation") => found.map(({ load }) => load[of]?.cores ?? Number.NaN);
  const detail = `beside it: the machine's load average ${short(median(found.map(({ load }) => load.machine.loadAverage)))}, events put ${short(median(found.map(({ late }) => late.p99)))} ms late (p99)`;
  return [
    quantity(
      {
        name: "broadcasts.lost",
        what: "changes of broadcasts that a viewer never saw, and maps that differ in the end",
        unit: "",
        goal: { atMost: 0 },
        detail: `of ${short(median(found.map((one) => sum(one, "reached"))))} changes seen by somebody, and ${short(median(found.map(({ maps }) => maps.maps)))} maps`,
      },
      found.map((one) => sum(one, "lost") + one.maps.maps - one.maps.equal),
    ),
    quantity(
      {
        name: "broadcasts.live_p99_ms",
        what: "p99 from the put of a channel's start or end until a viewer has it",
        unit: "ms",
        goal: { atMost: 1000 },
        detail,
      },
      found.map(({ kinds }) => kinds.live!.p99),
    ),
    quantity(
      {
        name: "broadcasts.service_cores",
        what: "processor cores that the service uses",
        unit: "cores",
        detail: `the simulation takes ${short(median(cores("simulation")))}`,
      },
      cores("callboard"),
    ),
  ];
}
