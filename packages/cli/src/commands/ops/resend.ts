import type { Kept, Resent } from "@callboard/core";
import { atPlace } from "../../at-place.ts";
import { type Ended, type Options, printable, type Terminal } from "../../terminal.ts";
import { remedies, someUnread, warnUnknown } from "./dead-letter-table.ts";

/** Puts one dead letter, or all that can be resent, on the bus again. */
export function resend(terminal: Terminal, id: string | undefined, { json }: Options): Promise<Ended> {
  return atPlace(terminal, async (place) => {
    warnUnknown(terminal, place);
    const result = await place.ops.deadLetters.resend(id);
    if (json) terminal.print(JSON.stringify(result, null, 2));
    else report(terminal, result);
    if (result.more) terminal.warn(someUnread);
    return endOf(terminal, result, id);
  });
}

function report(terminal: Terminal, { resent, kept }: Resent): void {
  for (const { id, event } of resent)
    terminal.print(`resent ${id}: ${printable(event?.detailType ?? "")} ${event?.about ?? ""}`.trimEnd());
  for (const one of kept) terminal.print(`left ${one.letter.id}: ${whyOf(one)}`);
  if (resent.length + kept.length === 0) terminal.print("nothing was resent");
}

const whyOf = ({ letter: { id, remedy }, refused }: Kept): string =>
  refused === undefined
    ? `${remedies[remedy]}; callboard ops dead-letters drop ${id}`
    : `the bus refused it: ${refused}`;

/**
 * A dead letter named by its id must be resent; when resending all, those that cannot be resent are not a
 * failure.
 */
function endOf(terminal: Terminal, { resent, kept }: Resent, id: string | undefined): Ended {
  if (id !== undefined && resent.length + kept.length === 0) terminal.warn(absent(id));
  const failed = id === undefined ? kept.some(({ refused }) => refused !== undefined) : resent.length === 0;
  return failed ? "failed" : "done";
}

export const absent = (id: string): string =>
  `there is no dead letter ${printable(id)}, or another reader has it: try again in two minutes`;
