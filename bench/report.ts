import { short, told } from "./figure.ts";
import { describeMachine } from "./machine.ts";
import { figuresOf, type Results } from "./results.ts";
import { type Before, type Figure, type Goal, isMet } from "./row.ts";

/** Earlier values of figures, by name. */
export type FormerFigures = Readonly<Record<string, Before>>;

const goalOf = (goal: Goal): string =>
  "atMost" in goal ? `≤ ${short(goal.atMost)}` : `≥ ${short(goal.atLeast)}`;

function verdict(figure: Figure): string {
  const met = isMet(figure);
  if (met === undefined) return "";
  return met ? "met" : "missed";
}

const rangeOf = ({ low, high }: Figure): string => (low === high ? "" : `${short(low)} – ${short(high)}`);

/** The earlier value of a figure: measured in the same runs, or else from the file. */
const beforeOf = (figure: Figure, former: FormerFigures): Before | undefined =>
  figure.before ?? former[figure.name];

/** The table for the terminal. */
export function terminalTable(figures: readonly Figure[], former: FormerFigures = {}): string {
  const rows = figures.map((figure) => [
    figure.name,
    told(figure),
    rangeOf(figure),
    beforeOf(figure, former)?.text ?? "",
    figure.goal ? goalOf(figure.goal) : "",
    verdict(figure),
    figure.detail ?? "",
  ]);
  const all = [["figure", "median", "lowest – highest", "before", "goal", "", "of"], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** `RESULTS.md`: all rows, those with a missed goal named first. */
export function resultsPage(results: Results, former: FormerFigures = {}): string {
  const rows = Object.keys(results.rows);
  const figures = rows.flatMap((row) => figuresOf(results, row));
  const withGoal = figures.filter(({ goal }) => goal);
  const missed = withGoal.filter((figure) => !isMet(figure));
  const summary = `${withGoal.length - missed.length} of ${withGoal.length} goals are met.`;
  const list = missed.map((figure) => `\`${figure.name}\` (${told(figure)})`);
  return [
    "# Results",
    "Written by `npm run bench`; [README.md](README.md) says what is compared, how, and what it cannot show. A figure is the median of its runs, with the lowest and the highest; a ratio (×) is taken in each run.",
    missed.length > 0 ? `${summary} Missed: ${list.join(", ")}.` : summary,
    ...rows.map((row) => rowSection(results, row, former)),
  ].join("\n\n");
}

function rowSection(results: Results, row: string, former: FormerFigures): string {
  const { measured, runs, machine, notes } = results.rows[row]!;
  const lines = figuresOf(results, row).map((figure) =>
    [
      `\`${figure.name}\``,
      figure.what,
      `**${told(figure)}**`,
      rangeOf(figure),
      figure.detail ?? "",
      beforeOf(figure, former)?.text ?? "",
      figure.goal ? goalOf(figure.goal) : "",
      verdict(figure),
    ].join(" | "),
  );
  const origins = figuresOf(results, row).flatMap((figure) => beforeOf(figure, former)?.from ?? []);
  return [
    `## ${row}`,
    runs === undefined
      ? `Computed, ${measured}.`
      : `${runs} ${runs === 1 ? "run" : "runs"}, ${measured}: ${describeMachine(machine)}.`,
    [
      "| figure | | median | lowest – highest | of | before | goal | |",
      "| --- | --- | ---: | --- | --- | --- | --- | --- |",
    ]
      .concat(lines.map((line) => `| ${line} |`))
      .join("\n"),
    ...(origins.length === 0 ? [] : [`Before: ${[...new Set(origins)].join("; ")}.`]),
    ...(notes === undefined ? [] : [notes.trim()]),
  ]
    .join("\n\n")
    .concat("\n");
}
