import type { Child, Commands } from "../children/child.ts";
import type { Crowd } from "../processes/crowd.ts";
import { newMarker } from "../sockets/marker.ts";

export interface Measured {
  readonly crowd: Child<Crowd>;
  /** The process that sends it, if its processor time can be read. */
  readonly server?: Child<Commands>;
  readonly tell: (marker: string) => Promise<number>;
}

/** The result of sending one message to many browsers. */
export interface Told {
  /** Until the last one received it. */
  readonly ms: number;
  /** Processor time of the process that sent it, if it is known. */
  readonly cpuMs: number | undefined;
  /** The message that arrived. */
  readonly text: string;
  /** How many it did not reach. */
  readonly missed: number;
}

/** Sends one message to many browsers, and waits until the last one has it. */
export async function measure({ crowd, server, tell }: Measured): Promise<Told> {
  const marker = newMarker();
  await crowd.call("await", marker);
  const last = crowd.call("last");
  const before = await server?.cpuMs();
  const start = await tell(marker);
  const { at, text, missed } = await last;
  const after = await server?.cpuMs();
  const cpuMs = before === undefined || after === undefined ? undefined : after - before;
  return { ms: at - start, cpuMs, text, missed };
}
