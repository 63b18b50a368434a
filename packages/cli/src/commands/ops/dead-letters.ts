import type { DeadLetter } from "@callboard/core";
import { atPlace } from "../../at-place.ts";
import type { Place } from "../../connect.ts";
import type { Ended, Options, Terminal } from "../../terminal.ts";
import { remedies, someUnread, tableOf, warnUnknown } from "./dead-letter-table.ts";

/** Lists events that were not processed, and what can be done about them. */
export function deadLetters(terminal: Terminal, { json }: Options): Promise<Ended> {
  return atPlace(terminal, async (place) => {
    warnUnknown(terminal, place);
    const { letters, more } = await place.ops.deadLetters.list();
    if (json) terminal.print(JSON.stringify({ letters, more }, null, 2));
    else if (letters.length === 0) terminal.print(noneIn(place));
    else terminal.print([tableOf(letters), "", ...explained(letters)].join("\n"));
    if (more) terminal.warn(someUnread);
    return "done";
  });
}

const noneIn = ({ unknownQueues: { undelivered, failed } }: Place): string =>
  undelivered && failed ? "no queue was read" : "there are no dead letters";

/** What can be done: a line for each remedy that occurs. */
function explained(letters: readonly DeadLetter[]): string[] {
  const occurring = new Set(letters.map(({ remedy }) => remedy));
  return [
    ...(occurring.has("resend") ? ["resend: callboard ops dead-letters resend [ID]"] : []),
    ...(occurring.has("by_itself")
      ? [`by itself: ${remedies.by_itself}; callboard ops dead-letters drop ID`]
      : []),
    ...(occurring.has("drop") ? [`drop: ${remedies.drop}; callboard ops dead-letters drop ID`] : []),
  ];
}
