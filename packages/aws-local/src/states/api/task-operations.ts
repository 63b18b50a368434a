import { createHash } from "node:crypto";
import { AwsError } from "../../endpoint/aws-json.ts";
import { executionOfToken } from "../arn.ts";
import type { Execution, TaskResult, TokenAnswer } from "../execution.ts";
import { MAX_DATA_SIZE } from "../history.ts";
import { type Engine, failureText, type Input, invalidField, tokenText } from "./operation.ts";

/** Number of results that are remembered because their senders got an error. */
const MAX_DOUBTFUL = 1_000;

/** The operations on tasks that wait with a token. An acknowledged result is on the disk. */
export function taskOperations({ executions, loaded }: Engine) {
  /**
   * By token, a hash of the result that was accepted while it could not be written: the same result again is not a
   * conflict.
   */
  const doubtful = new Map<string, string>();

  const executionOf = (token: string): { arn: string; execution: Execution | undefined } => {
    const arn = executionOfToken(token);
    if (arn === undefined) throw new AwsError("InvalidToken", "Invalid Token: 'Invalid token'");
    return { arn, execution: executions.atWork(arn) };
  };

  const deliver = async (token: string, take: (execution: Execution) => TokenAnswer) => {
    const { arn, execution } = executionOf(token);
    if (!execution) throw executions.has(arn) ? timedOut() : doesNotExist();
    const answer = take(execution);
    // A token counts as used only when that is on the disk.
    await execution.commit();
    if (answer === "unknown") throw doesNotExist();
    if (answer === "closed") throw timedOut();
  };

  const settle = async (input: Input, result: TaskResult) => {
    await loaded();
    const token = tokenText(input);
    if (doubtful.has(token) && doubtful.get(token) === hashOf(result)) {
      await executionOf(token).execution?.commit();
      doubtful.delete(token);
      return {};
    }
    let isTaken = false;
    try {
      await deliver(token, (execution) => {
        const answer = execution.settle(token, result);
        isTaken = answer === "taken";
        return answer;
      });
    } catch (cause) {
      if (isTaken) remember(token, hashOf(result));
      throw cause;
    }
    return {};
  };

  const remember = (token: string, hash: string) => {
    doubtful.set(token, hash);
    const [oldest] = doubtful.keys();
    if (doubtful.size > MAX_DOUBTFUL && oldest !== undefined) doubtful.delete(oldest);
  };

  return {
    SendTaskSuccess(input: Input) {
      const output = outputText(input);
      return settle(input, { outcome: "succeeded", output });
    },

    SendTaskFailure(input: Input) {
      return settle(input, { outcome: "failed", ...failureText(input) });
    },

    async SendTaskHeartbeat(input: Input) {
      await loaded();
      const token = tokenText(input);
      await deliver(token, (execution) => execution.heartbeat(token));
      return {};
    },
  };
}

function outputText(input: Input): string {
  const { output } = input;
  if (typeof output !== "string") throw invalidField("output", undefined, "Member must not be null");
  if (output.length > MAX_DATA_SIZE || Buffer.byteLength(output) > MAX_DATA_SIZE) {
    throw new AwsError("InvalidOutput", `Invalid Output: 'Output is over ${MAX_DATA_SIZE} bytes'`);
  }
  try {
    JSON.parse(output);
    return output;
  } catch {
    throw new AwsError("InvalidOutput", "Invalid Output: 'Output is not JSON'");
  }
}

function hashOf(result: TaskResult): string {
  return createHash("sha256").update(JSON.stringify(result)).digest("base64");
}

function timedOut(): AwsError {
  return new AwsError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
}

function doesNotExist(): AwsError {
  return new AwsError("TaskDoesNotExist", "Task Does Not Exist: 'Provided task does not exist'");
}
