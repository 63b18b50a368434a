import { type Integration, type Integrations, TaskFailure } from "../states/integration.ts";
import type { LambdaCalls } from "./lambda-invoke.ts";
import { nameOf } from "./tasks.ts";

/** The activity of an ARN. */
const ACTIVITY_ARN = /^arn:aws[^:]*:states:[^:]*:\d*:(activity:.+)$/;

/**
 * Functions that stand in for services which are not here, or in the place of one that is: a Task state whose resource is
 * `arn:aws:states:::aws-sdk:ivs:createChannel` calls the function `ivs-createChannel`, if there is one. Its event is what
 * the state gives the service, its result what the service would answer, with every pattern; the error that it throws is
 * the state's, by its name: `Ivs.ChannelNotBroadcastingException`.
 */
export function standInTasks(lambda: LambdaCalls): Integrations {
  return {
    find(resource) {
      const name = standInName(resource);
      return name !== undefined && lambda.has(name) ? standIn(lambda, name) : undefined;
    },
  };
}

/** The name of the function that would stand in for a resource; undefined where none can: a function is called itself. */
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
