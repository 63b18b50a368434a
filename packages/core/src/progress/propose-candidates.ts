import {
  type Candidate,
  type CandidatesProposed,
  type CandidateValue,
  workChannel,
} from "@callboard/protocol";
import { type Proposal, propose } from "../channel/decide-change.ts";
import { flushTogether } from "../channel/publish.ts";
import { version } from "../channel/version.ts";
import type { Ports } from "../ports/index.ts";
import type { Envelope } from "./envelope.ts";
import { tell } from "./report.ts";

/** Candidates Proposed: for owners, as each source finishes. A candidate is never changed once it was proposed. */
export async function proposeCandidates(
  ports: Ports,
  detail: CandidatesProposed,
  envelope: Envelope,
): Promise<void> {
  const proposals = candidateProposals(detail, envelope.time);
  await flushTogether([() => tell(ports, workChannel(detail.subject), proposals)]);
}

export function candidateProposals(
  detail: Pick<CandidatesProposed, "thread" | "round" | "source" | "candidates">,
  at: number,
): Proposal[] {
  return detail.candidates.map((candidate) => {
    const value = candidateValue(detail, candidate);
    return propose(`candidate/${detail.thread}/${detail.round}/${candidate.id}`, value, version(1), at);
  });
}

function candidateValue(
  { thread, round, source }: Pick<CandidatesProposed, "thread" | "round" | "source">,
  candidate: Candidate,
): CandidateValue {
  const { id, title, description, ...more } = candidate;
  return {
    thread,
    round,
    id,
    ...(source === undefined ? {} : { source }),
    title,
    ...(description === undefined ? {} : { description }),
    ...(Object.keys(more).length > 0 ? { more } : {}),
  };
}
