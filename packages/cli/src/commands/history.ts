import { HISTORY_PAGE, type HistoryEntry, Subject } from "@callboard/protocol";
import { atPlace } from "../at-place.ts";
import { historyLines } from "../history-lines.ts";
import type { Ended, Options, Terminal } from "../terminal.ts";

/** The most entries that are printed; the latest ones. */
const MAX_ENTRIES = 10_000;

/** Prints what happened to a subject, oldest first; as JSON newest first, like the HTTP API. */
export async function history(terminal: Terminal, named: string, { json }: Options): Promise<Ended> {
  const subject = Subject.safeParse(named).data;
  if (!subject) return { misuse: "SUBJECT is <kind>/<id>, such as video/v_1" };
  return atPlace(terminal, async ({ app }) => {
    const entries: HistoryEntry[] = [];
    let before: string | undefined;
    do {
      const page = await app.history.read(subject, { limit: HISTORY_PAGE.most, before });
      entries.push(...page.entries);
      before = page.next;
    } while (before !== undefined && entries.length < MAX_ENTRIES);
    if (entries.length === 0) {
      terminal.warn(`there is no history of ${subject}: only kinds in LISTS have a history`);
      return "failed";
    }
    if (json) terminal.print(JSON.stringify({ subject, entries }, null, 2));
    else terminal.print([subject, "", ...historyLines(entries)].join("\n"));
    if (before !== undefined) terminal.warn(`only the last ${entries.length} are shown; there are more`);
    return "done";
  });
}
