import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { createTaskFunctions, type TaskFunctions } from "../tasks/task-functions.ts";

/**
 * The task functions as their environment has them: S3 wherever the AWS SDK finds it, progress on the bus that
 * `CALLBOARD_BUS` names, none when it is not set.
 */
export function taskFunctionsHere(env: NodeJS.ProcessEnv): TaskFunctions {
  const busName = env.CALLBOARD_BUS;
  return createTaskFunctions({
    // Path-style addresses, since a bucket of the embedded S3 has no host name of its own.
    s3: new S3Client({ forcePathStyle: true }),
    ...(busName ? { progress: { bus: new EventBridgeClient({}), busName } } : {}),
    now: Date.now,
  });
}
