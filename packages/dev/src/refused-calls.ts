import type { FunctionName, InProcess } from "@callboard/functions";

/** An AWS call, as IAM names it: `dynamodb:Query`. */
interface Call {
  readonly by: FunctionName;
  readonly action: string;
}

/** Whether a function's role allows a call. */
export type MayCall = (call: Call) => boolean;

/** Operations with other names in IAM: a batch of messages, and the parts of a transaction. */
const actionNames: Readonly<Record<string, string>> = {
  "sqs:SendMessageBatch": "sqs:SendMessage",
  "dynamodb:TransactWriteItems": "dynamodb:PutItem",
};

/** Services that refuse a function's calls if its role does not allow them, with AWS's error text. */
export function refusing(services: InProcess, by: FunctionName, mayCall: MayCall): InProcess {
  const guarded = Object.entries(services).map(([service, call]) => {
    const transport: typeof call = async (target, body) => {
      const operation = `${service}:${target.slice(target.indexOf(".") + 1)}`;
      const action = actionNames[operation] ?? operation;
      return mayCall({ by, action }) ? call(target, body) : refusal(by, action);
    };
    return [service, transport] as const;
  });
  return Object.fromEntries(guarded);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
const refusal = (by: FunctionName, action: string) => ({
  status: 400,
  body: JSON.stringify({
    __type: "AccessDeniedException",
    message:
      `User: arn:aws:sts::000000000000:assumed-role/${by}/${by} is not authorized to perform: ${action} ` +
      "because no identity-based policy allows the action",
  }),
});
