import { type Integration, type Integrations, TaskFailure } from "../states/integration.ts";
import type { LambdaCalls } from "./lambda-invoke.ts";
import { nameOf } from "./tasks.ts";

/** The activity of an ARN. */
const ACTIVITY_ARN = /^arn:aws[^:]*:states:[^:]*:\d*:(activity:.+)$/;

/**
 * Functions that replace missing services, or services that are here: a Task state with the resource
 * `arn:aws:states:::aws-sdk:ivs:createChannel` calls the function `ivs-createChannel`, if it exists. Its event is the
 * state's input for the service, and its result is the service's answer, with every pattern. An error that it throws
 * becomes the state's error, by name: `Ivs.ChannelNotBroadcastingException`.
 */
export function standInTasks(lambda: LambdaCalls): Integrations {
  return {
    find(resource) {
      const name = standInName(resource);
      return name !== undefined && lambda.has(name) ? standIn(lambda, name) : undefined;
    },
  };
}

/** The name of the function that can replace a resource; undefined if none can: functions are called directly. */
export function standInName(resource: string): string | undefined {
  const named = nameOf(resource)?.replace(/^aws-sdk:/, "") ?? ACTIVITY_ARN.exec(resource)?.[1];
  return named === undefined || named === "lambda:invoke" ? undefined : named.replaceAll(":", "-");
}

function standIn(lambda: LambdaCalls, name: string): Integration {
  return async (call) => {
    const outcome = await lambda.invoke(name, call.arguments);
    if (!("functionError" in outcome)) return outcome.payload;
    const { errorType, errorMessage } = outcome.payload;
    throw new TaskFailure(errorType, errorMessage);
  };
}
