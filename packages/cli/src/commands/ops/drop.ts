import { readArguments } from "../../arguments.ts";
import { atPlace } from "../../at-place.ts";
import type { Command, Terminal } from "../../command.ts";
import { printable } from "../../printable.ts";
import { warnUnknown } from "./letters.ts";
import { absent } from "./resend.ts";

export const drop: Command = {
  form: "ID [--yes]",
  about: "delete one of these events for good",
  async run(args, terminal) {
    const given = readArguments(args, "ID", ["yes"]);
    if ("misuse" in given) return given;
    if (!given.on.has("yes") && !(await confirmed(terminal, given.word))) {
      terminal.warn("nothing was dropped");
      return "failed";
    }
    return atPlace(terminal, async (place) => {
      warnUnknown(terminal, place);
      const dropped = await place.ops.deadLetters.drop(given.word);
      if (!dropped) {
        terminal.warn(absent(given.word));
        return "failed";
      }
      const { id, event } = dropped;
      terminal.print(`dropped ${id}: ${printable(event?.detailType ?? "not an event")}`);
      return "done";
    });
  },
};

async function confirmed(terminal: Terminal, id: string): Promise<boolean> {
  const question = `This deletes the dead letter ${printable(id)} for good. Go on? [y/N] `;
  return /^y(es)?$/i.test((await terminal.ask(question))?.trim() ?? "");
}
