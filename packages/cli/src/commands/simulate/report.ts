import { inColumns } from "../../terminal.ts";
import type { Outcome } from "./run.ts";
import type { Load } from "./statistics.ts";

/** If events are put later than this, this process was too slow, in milliseconds. */
const PUNCTUAL_MS = 100;

/** The results of a simulation in some lines; failures first. */
export function reportOf(outcome: Outcome): string[] {
  const { failures, kinds, maps, load, late, plan } = outcome;
  const ms = (value: number) => `${value} ms`;
  const table = Object.entries(kinds).map(([kind, { put, reached, lost, timed, p50, p99, max }]) => [
    kind,
    String(put),
    String(reached),
    String(lost),
    ...(timed > 0 ? [p50, p99, max].map(ms) : ["", "", ""]),
  ]);
  return [
    ...failures.map((failure) => `FAILURE  ${failure}`),
    ...inColumns([["kind", "put", "reached", "lost", "p50", "p99", "max"], ...table]),
    "",
    `broadcasts   ${plan.channels} channels, ${outcome.events} events, ${outcome.questions} questions in ${outcome.playedSeconds} s, seed ${plan.seed}`,
    `viewers      ${plan.viewers}, connected after ${outcome.filledSeconds} s, ${outcome.broken} connections broke`,
    `maps         ${maps.equal} of ${maps.maps} compared are equal to a new client's`,
    `callboard    ${loadText(load.callboard)}`,
    `simulation   ${loadText(load.simulation)}; put ${late.p99} ms late (p99)${late.p99 > PUNCTUAL_MS ? ": it was too busy, so it caused part of the delays" : ""}`,
    `machine      ${load.machine.cores} cores, load average ${load.machine.loadAverage}`,
    "",
    failures.length === 0
      ? "nothing lost, every map equal"
      : `${failures.length} failure${failures.length === 1 ? "" : "s"}`,
  ];
}

const loadText = (load: Load | undefined): string =>
  load ? `${load.cores.toFixed(2)} cores, ${load.memoryMb} MB` : "did not report its usage";
