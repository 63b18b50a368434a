import { AwsError } from "../../endpoint/aws-json.ts";
import { executionOfToken } from "../arn.ts";
import type { Execution, TokenAnswer } from "../execution.ts";
import { LARGEST_DATA } from "../history.ts";
import { type Engine, type Input, invalidField, optionalText, tokenText } from "./operation.ts";

const LONGEST_ERROR = 256;
const LONGEST_CAUSE = 32_768;

/** The operations on tasks that wait with a token. What they acknowledge stands in the journal. */
export function taskOperations({ executions, loaded }: Engine) {
  const deliver = async (input: Input, take: (execution: Execution, token: string) => TokenAnswer) => {
    await loaded();
    const token = tokenText(input);
    const arn = executionOfToken(token);
    if (arn === undefined) throw new AwsError("InvalidToken", "Invalid Token: 'Invalid token'");
    const execution = executions.running(arn);
    if (!execution) throw executions.has(arn) ? timedOut() : doesNotExist();
    const answer = take(execution, token);
    // A token that was used is used only when the journal says so.
    await execution.commit();
    if (answer === "unknown") throw doesNotExist();
    if (answer === "closed") throw timedOut();
    return {};
  };

  return {
    SendTaskSuccess(input: Input) {
      const output = outputText(input);
      return deliver(input, (execution, token) => execution.settle(token, { outcome: "succeeded", output }));
    },

    SendTaskFailure(input: Input) {
      const error = optionalText(input, "error", LONGEST_ERROR);
      const cause = optionalText(input, "cause", LONGEST_CAUSE);
      return deliver(input, (execution, token) =>
        execution.settle(token, {
          outcome: "failed",
          ...(error !== undefined && { error }),
          ...(cause !== undefined && { cause }),
        }),
      );
    },

    SendTaskHeartbeat(input: Input) {
      return deliver(input, (execution, token) => execution.heartbeat(token));
    },
  };
}

function outputText(input: Input): string {
  const { output } = input;
  if (typeof output !== "string") throw invalidField("output", undefined, "Member must not be null");
  if (output.length > LARGEST_DATA || Buffer.byteLength(output) > LARGEST_DATA) {
    throw new AwsError("InvalidOutput", `Invalid Output: 'Output is over ${LARGEST_DATA} bytes'`);
  }
  try {
    JSON.parse(output);
    return output;
  } catch {
    throw new AwsError("InvalidOutput", "Invalid Output: 'Output is not JSON'");
  }
}

function timedOut(): AwsError {
  return new AwsError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
}

function doesNotExist(): AwsError {
  return new AwsError("TaskDoesNotExist", "Task Does Not Exist: 'Provided task does not exist'");
}
