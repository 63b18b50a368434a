import { atPlace } from "../../at-place.ts";
import { type Ended, type Options, printable, type Terminal } from "../../terminal.ts";
import { warnUnknown } from "./dead-letter-table.ts";
import { absent } from "./resend.ts";

/** Deletes a dead letter permanently, after a confirmation. */
export async function drop(terminal: Terminal, named: string, { yes }: Options): Promise<Ended> {
  if (!yes && !(await confirmed(terminal, named))) {
    terminal.warn("nothing was dropped");
    return "failed";
  }
  return atPlace(terminal, async (place) => {
    warnUnknown(terminal, place);
    const dropped = await place.ops.deadLetters.drop(named);
    if (!dropped) {
      terminal.warn(absent(named));
      return "failed";
    }
    const { id, event } = dropped;
    terminal.print(`dropped ${id}: ${printable(event?.detailType ?? "not an event")}`);
    return "done";
  });
}

async function confirmed(terminal: Terminal, id: string): Promise<boolean> {
  const question = `This deletes the dead letter ${printable(id)} permanently. Continue? [y/N] `;
  return /^y(es)?$/i.test((await terminal.ask(question))?.trim() ?? "");
}
