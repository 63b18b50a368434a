import { SOURCE, workflowEventTypes } from "@callboard/functions/deployment";
import type { Publisher } from "./settings.ts";

/** Who may put events with one source: accounts by their 12 digits, or ARNs of roles and users. */
interface Source {
  readonly source: string;
  readonly principals: readonly string[];
}

export interface BusPolicyParts {
  /** The bus's ARN. */
  readonly bus: string;
  /** The roles of Callboard's functions: only they may use its source. */
  readonly functionRoles: readonly string[];
  /** The configured publishers, in this account or another. */
  readonly publishers: readonly Pick<Publisher, "principal" | "source">[];
  /** A source of the stage's own, and the roles that put its events. */
  readonly own: readonly Source[];
  /** Who may put dead letters of any source on the bus again. */
  readonly operators: readonly string[];
}

/** EventBridge's limit (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html). */
const MAX_POLICY_LENGTH = 10_240;

/**
 * A bus's resource policy that reserves each source for its publishers. An allow denies nobody else in the same
 * account, whose own policies suffice, so every source is also denied to all others. A call has several events, so each
 * condition key holds a list. One event with a foreign source is enough to deny it; all must be the publisher's own to
 * allow it. Throws when the policy is too long for EventBridge.
 */
export function busPolicy(
  { bus, functionRoles, publishers, own, operators }: BusPolicyParts,
  rephrase = (problem: string) => problem,
): string {
  const named = bySource(publishers.map(({ principal, source }) => ({ source, principals: [principal] })));
  const bound = bySource([...named, ...own]).map((one) => ({
    ...one,
    principals: [...one.principals, ...operators],
  }));
  const policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      ...named.map((one, at) => allowed(one, at, bus)),
      ...bound.map((one, at) => deniedToOthers(`CallboardSource${at + 1}`, one, bus)),
      deniedToOthers("CallboardAlone", { source: SOURCE, principals: functionRoles }, bus),
    ],
  });
  if (policy.length > MAX_POLICY_LENGTH)
    throw new Error(
      rephrase(
        `CALLBOARD_PUBLISHERS: the bus's policy would have ${policy.length} characters, and EventBridge takes ${MAX_POLICY_LENGTH}: name accounts in place of many roles`,
      ),
    );
  return policy;
}

function bySource(sources: readonly Source[]): Source[] {
  const all = new Map<string, Set<string>>();
  for (const { source, principals } of sources)
    all.set(source, new Set([...(all.get(source) ?? []), ...principals]));
  return [...all].map(([source, principals]) => ({ source, principals: [...principals] }));
}

const allowed = ({ source, principals }: Source, at: number, bus: string) => ({
  Sid: `CallboardPublisher${at + 1}`,
  Effect: "Allow",
  Principal: { AWS: principals },
  Action: "events:PutEvents",
  Resource: bus,
  Condition: {
    "ForAllValues:StringEquals": { "events:source": source, "events:detail-type": workflowEventTypes },
    // An empty list would match everything.
    Null: { "events:source": "false", "events:detail-type": "false" },
  },
});

/** A role's session has the role's ARN as principal; a publisher that is an account may have any ARN of it. */
function deniedToOthers(Sid: string, { source, principals }: Source, bus: string) {
  const accounts = principals.flatMap((one) => accountOf(one) ?? []);
  const arns = principals.filter((one) => accountOf(one) === undefined);
  return {
    Sid,
    Effect: "Deny",
    Principal: "*",
    Action: "events:PutEvents",
    Resource: bus,
    Condition: {
      "ForAnyValue:StringEquals": { "events:source": source },
      ...(arns.length > 0 ? { ArnNotEquals: { "aws:PrincipalArn": arns } } : {}),
      ...(accounts.length > 0 ? { StringNotEquals: { "aws:PrincipalAccount": accounts } } : {}),
    },
  };
}

/** The account that a principal names as a whole: by its digits, or its root. */
const accountOf = (principal: string): string | undefined =>
  /^(?:arn:[\w-]+:iam::)?(\d{12})(?::root)?$/.exec(principal)?.[1];
