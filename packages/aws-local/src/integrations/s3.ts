import type { Operations } from "../endpoint/aws-json.ts";
import type { Integrations } from "../states/integration.ts";
import { actionsOf, apiAction, awsSdk } from "./aws-sdk.ts";
import { firstOf, REQUEST, tasks } from "./tasks.ts";

/** Resources that ItemReader and ResultWriter of a Map name. */
const MAPS = ["listObjectsV2", "getObject", "putObject"] as const;

/**
 * `arn:aws:states:::aws-sdk:s3:<action>`, and the resources of a distributed Map: `arn:aws:states:::s3:getObject`. An
 * object's Body is text.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export function s3Tasks(operations: Operations): Integrations {
  const actions = actionsOf(operations);
  return firstOf(
    awsSdk("s3", "S3", actions),
    tasks(REQUEST, Object.fromEntries(MAPS.map((name) => [`s3:${name}`, apiAction("S3", actions[name]!)]))),
  );
}
