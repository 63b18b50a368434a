import { defined, type FactsSet, type FactValue, fnv1a, workChannel } from "@callboard/protocol";
import { type Proposal, propose, proposing, version } from "../channel/change.ts";
import { publish, refuseFull } from "../channel/publish.ts";
import type { Envelope } from "../execution.ts";
import { keepFacts } from "../history.ts";
import type { Ports } from "../ports/index.ts";

/** Handles Facts Set: each fact is an item of its own. The newest one counts, in any order of arrival. */
export async function setFacts(ports: Ports, detail: FactsSet, envelope: Envelope): Promise<void> {
  await keepFacts(ports, detail, envelope);
  const proposals = detail.facts.map((fact) => proposalOf(detail, fact));
  const members = detail.owners && { owners: detail.owners };
  refuseFull(await publish(ports, workChannel(detail.subject), proposing(proposals, members)));
}

function proposalOf(
  { at, visibility }: FactsSet,
  { name, value, label, version: number }: FactsSet["facts"][number],
): Proposal {
  const key = `${visibility === "everyone" ? "fact" : "private"}/${name}`;
  // Two different facts with the same version and time: the same one wins in either order.
  const ordered = version(number ?? 0, at, fnv1a(JSON.stringify([value, label])));
  // Removing an unknown fact leaves a removed key, so that an older fact that arrives late does not bring it back.
  if (value === null) return propose(key, null, ordered, at);
  const fact: FactValue = { name, ...defined({ label, version: number }), value, at };
  return propose(key, fact, ordered, at);
}
