import { connect, type Place } from "./connect.ts";
import { toldOf } from "./failure.ts";
import type { Ended, Terminal } from "./terminal.ts";

/** Does a command's work where the environment says; what keeps it from it is told in one line. */
export async function atPlace(terminal: Terminal, work: (place: Place) => Promise<Ended>): Promise<Ended> {
  let place: Place | undefined;
  try {
    place = connect(terminal);
    return await work(place);
  } catch (error) {
    terminal.warn(toldOf(error, place));
    return "failed";
  }
}
