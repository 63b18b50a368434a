import { type Calling, callers, type Caller as Made } from "../calling/callers.ts";
import { serve } from "../children/serve.ts";
import { eachOf } from "../posting/each-of.ts";

export type Caller = typeof commands;

let caller: Made | undefined;

/** Calls DynamoDB in one way, in a process of its own. */
const commands = {
  by(calling: Calling, endpoint: string): void {
    caller = callers[calling](endpoint);
  },

  /** Reads and writes a row in turn, that many at a time; returns this process's processor time in milliseconds. */
  async call(calls: number, inFlight: number): Promise<number> {
    const before = process.cpuUsage();
    const nths = Array.from({ length: calls }, (_, nth) => nth);
    await eachOf(nths, inFlight, (nth) => (nth % 2 === 0 ? caller!.read() : caller!.write()));
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  },
};

serve(commands);
