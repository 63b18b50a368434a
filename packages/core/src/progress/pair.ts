import { defined } from "@callboard/protocol";
import { checkSubject, type Envelope } from "../execution.ts";
import type { Pair, Ports } from "../ports/index.ts";
import { report } from "./report.ts";

/**
 * What one event tells of a step that takes two: the first names the subject, the other says how it ended, and both bring
 * the same key, which may be a secret.
 */
export type PairTold = { readonly key: string } & Pick<Pair, "begun" | "ended">;

/** Keeps half of a pair, by the hash of its key; whoever brings the other half reports how the step ended. */
export async function pair(
  ports: Ports,
  { key, begun, ended }: PairTold,
  { execution, ...envelope }: Envelope,
): Promise<void> {
  const known = await ports.pairs.record(
    ports.ids.hash(key),
    defined({ begun: begun && defined({ ...begun, execution }), ended }),
  );
  if (!known.begun || !known.ended) return;
  const { subject, step, execution: of } = known.begun;
  checkSubject(envelope, "key", subject);
  // Whoever tells of the end may be an execution of its own, and its event may have come before.
  const time = Math.max(envelope.time, known.ended.at);
  await report(ports, { subject, step, ...known.ended }, defined({ ...envelope, time, execution: of }));
}
