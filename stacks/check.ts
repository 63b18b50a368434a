import { checkDefinition, checkMachine } from "@callboard/functions/deployment";
import type { BusParts } from "./bus.ts";
import { longestName, type Names } from "./names.ts";

/** The state machine that `npx callboard check` starts, and its publisher; it costs nothing unless it is used. */
export function check(
  { inStack, stageName }: Names,
  { own }: BusParts,
): { stateMachine: aws.sfn.StateMachine; role: aws.iam.Role } {
  const role = new aws.iam.Role(inStack("CheckRole"), {
    assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "states.amazonaws.com" }),
    inlinePolicies: [
      {
        name: "inline",
        policy: aws.iam.getPolicyDocumentOutput({
          statements: [{ effect: "Allow", actions: ["events:PutEvents"], resources: [own.arn] }],
        }).json,
      },
    ],
  });
  const stateMachine = new aws.sfn.StateMachine(inStack("Check"), {
    name: stageName(longestName.stateMachine, checkMachine.name),
    type: "STANDARD",
    definition: own.name.apply(checkDefinition),
    roleArn: role.arn,
  });
  return { stateMachine, role };
}
