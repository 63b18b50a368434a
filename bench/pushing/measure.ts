import type { Child, Commands } from "../children/child.ts";
import type { Crowd } from "../processes/crowd.ts";
import { newMarker } from "../sockets/marker.ts";

export interface Measured {
  readonly crowd: Child<Crowd>;
  /** The process that tells it, unless that is out of reach. */
  readonly server?: Child<Commands>;
  readonly tell: (marker: string) => Promise<number>;
}

/** What became of telling a crowd one thing. */
export interface Told {
  /** Until the last one had it. */
  readonly ms: number;
  /** Processor time of the process that told it, as far as it is known. */
  readonly cpuMs: number | undefined;
  /** What came. */
  readonly text: string;
  /** How many it did not reach. */
  readonly missed: number;
}

/** Tells a crowd one thing, and waits until the last one has it. */
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
