import { runSimulation, runUnsafeSimulation, type Simulation } from "@cloud-copilot/iam-simulate";
import { account } from "./places.ts";

/** What IAM would say. */
export type Verdict = "Allowed" | "ExplicitlyDenied" | "ImplicitlyDenied";

export interface Question {
  /** The ARN of a role, as whose session the call is made, or of a user; or a service. */
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
 * The IAM simulator holds an action that the authorization reference lists without resources to all of them; Step
 * Functions' own page says which one it is
 * (https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#connect-http-task-permissions).
 */
const unlikeReference = ["states:InvokeHTTPEndpoint"];

/** Asks offline what IAM would say. Throws for what IAM knows no such action, resource or policy of. */
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
