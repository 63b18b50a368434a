import type { Proposal } from "../channel/decide-change.ts";
import { withoutCause } from "./fold-step.ts";

/** The same proposal without causes and ARNs, which are for owners. */
export function forEveryone(proposal: Proposal): Proposal {
  return {
    ...proposal,
    fold: (current) => {
      const folded = proposal.fold(current);
      return folded && { ...folded, value: withoutCause(folded.value as object) };
    },
  };
}
