import type { LedgerEntry, RequestLedger } from "@callboard/core";
import { inColumns, nameOf, printable, quoted } from "./terminal.ts";
import { timeOf } from "./when.ts";

/** Everything that happened to the requests of an execution, a line each, oldest first. */
export function timelineOf(ledgers: readonly RequestLedger[]): string[] {
  const lines = ledgers.flatMap((ledger) => [
    ...ledger.entries.map((entry) => ({ at: entry.at, n: entry.n, cells: entryCells(ledger, entry) })),
    ...ledger.seen.filter(isUnrecorded(ledger)).map(({ firstAt, user }) => ({
      at: firstAt,
      n: 1.5,
      cells: [...headCells(ledger, firstAt, ledger.request.round, "seen"), nameOf(user), "", ""],
    })),
  ]);
  lines.sort((a, b) => a.at - b.at || a.n - b.n);
  return inColumns(lines.map(({ cells }) => cells));
}

/** The attendance of people whom no ledger entry records as having seen it. */
const isUnrecorded = ({ entries }: RequestLedger) => {
  const known = new Set(entries.filter(({ what }) => what === "seen").map(({ by }) => by?.id));
  return ({ user }: RequestLedger["seen"][number]): boolean => !known.has(user.id);
};

function entryCells(ledger: RequestLedger, entry: LedgerEntry): string[] {
  const { at, round, what, by, origin } = entry;
  return [
    ...headCells(ledger, at, round, what),
    by ? nameOf(by) : "",
    origin ? wayOf(origin) : "",
    detailOf(ledger, entry),
  ];
}

/** A way without a device, such as a mail link, is shown alone. */
const wayOf = ({ way, device }: NonNullable<LedgerEntry["origin"]>): string =>
  printable(way === device ? way : `${way} ${device}`);

const headCells = ({ request }: RequestLedger, at: number, round: number, what: string): string[] => [
  timeOf(at),
  `${request.thread} ${round}`,
  what,
];

function detailOf({ entries }: RequestLedger, entry: LedgerEntry): string {
  const { reply, shown, assignees, deadline, reason } = entry;
  const titles = new Map(entries.flatMap((one) => one.shown ?? []).map(({ id, title }) => [id, title]));
  const named = (id: string) => {
    const title = titles.get(id);
    return title === undefined ? id : `${id} ${quoted(title)}`;
  };
  return [
    ...(reply ? [[reply.verb, ...(reply.candidateId ? [named(reply.candidateId)] : [])].join(" ")] : []),
    ...(reply?.value === undefined ? [] : [`value ${printable(JSON.stringify(reply.value))}`]),
    ...(reply?.comment === undefined ? [] : [`comment ${quoted(reply.comment)}`]),
    ...(assignees ? [`of ${assignees.join(", ")}`] : []),
    ...(deadline === undefined ? [] : [`until ${timeOf(deadline)}`]),
    ...(shown && shown.length > 0 ? [`candidates ${shown.map(({ id }) => named(id)).join(", ")}`] : []),
    ...(reason === undefined ? [] : [printable(reason)]),
  ].join("; ");
}
