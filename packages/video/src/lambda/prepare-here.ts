import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { s3Reads, s3Writes } from "../files/s3-files.ts";
import { preparing } from "../tasks/preparing.ts";
import { s3Here } from "./s3-here.ts";

/** The compute step for this environment: it reports progress to the bus in `CALLBOARD_BUS`, if that is set. */
export function prepareHere(env: NodeJS.ProcessEnv): ReturnType<typeof preparing> {
  const s3 = s3Here();
  const busName = env.CALLBOARD_BUS;
  return preparing({
    files: { ...s3Reads(s3), ...s3Writes(s3) },
    ...(busName ? { progress: { bus: new EventBridgeClient({}), busName } } : {}),
    now: Date.now,
  });
}
