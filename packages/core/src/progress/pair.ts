import { defined } from "@callboard/protocol";
import { checkSubject, type Envelope } from "../execution.ts";
import type { Pair, Ports } from "../ports/index.ts";
import { report } from "./report.ts";

/**
 * One of the two events of a step: one names the subject, the other reports how the step ended. Both have the same key,
 * which may be a secret.
 */
export type PairEvent = { readonly key: string } & Pick<Pair, "begun" | "ended">;

/** Stores one half of a pair, by the hash of its key. When both halves are known, the end of the step is reported. */
export async function pair(
  ports: Ports,
  { key, begun, ended }: PairEvent,
  { execution, ...envelope }: Envelope,
): Promise<void> {
  const known = await ports.pairs.record(
    ports.ids.hash(key),
    defined({ begun: begun && defined({ ...begun, execution }), ended }),
  );
  if (!known.begun || !known.ended) return;
  const { subject, step, execution: of } = known.begun;
  checkSubject(envelope, "key", subject);
  // The event of the end may come from another execution, and before the other one.
  const time = Math.max(envelope.time, known.ended.at);
  await report(ports, { subject, step, ...known.ended }, defined({ ...envelope, time, execution: of }));
}
