import { runSimulation, runUnsafeSimulation, type Simulation } from "@cloud-copilot/iam-simulate";
import { account } from "./places.ts";

/** IAM's decision. */
export type Verdict = "Allowed" | "ExplicitlyDenied" | "ImplicitlyDenied";

export interface Question {
  /** The ARN of a role, whose session makes the call, or of a user; or a service. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | string[]>>;
  /** The statements of the principal's own policies. */
  readonly identity?: readonly object[];
  /** The policy of the resource. */
  readonly policy?: unknown;
}

/**
 * Actions for which the IAM simulator requires all resources, because the authorization reference lists none; Step
 * Functions' own page names the right one
 * (https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#connect-http-task-permissions).
 */
const unlikeReference = ["states:InvokeHTTPEndpoint"];

/** Simulates IAM's decision offline. Throws if IAM does not know an action, resource or policy. */
export async function judge(question: Question): Promise<Verdict> {
  const { principal, action, resource, context, identity = [], policy } = question;
  const role = /^arn:aws:iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(principal);
  const simulation: Simulation = {
    request: {
      principal: role ? `arn:aws:sts::${role[1]}:assumed-role/${role[2]}/session` : principal,
      action,
      resource: { resource, accountId: account },
      contextVariables: {
        ...Object.fromEntries(Object.entries(context).map(([key, value]) => [key, value])),
        ...(principal.startsWith("arn:")
          ? { "aws:PrincipalArn": principal, "aws:PrincipalAccount": principal.split(":")[4]! }
          : {}),
      },
    },
    identityPolicies: principal.startsWith("arn:")
      ? [{ name: "inline", policy: { Version: "2012-10-17", Statement: [...identity] } }]
      : [],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(policy ? { resourcePolicy: policy } : {}),
  };
  if (unlikeReference.includes(action)) return runUnsafeSimulation(simulation, {});
  const result = await runSimulation(simulation, {});
  if (result.resultType === "error")
    throw new Error(`${action} on ${resource}: ${JSON.stringify(result.errors)}`);
  return result.overallResult;
}
