import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SFNClient } from "@aws-sdk/client-sfn";
import { titlePlugin } from "../plugins/title-and-description.ts";

/** A variable that the deployment sets. */
function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`the environment of title-and-description lacks ${name}`);
  return value;
}

export const handler = titlePlugin({
  bus: new EventBridgeClient({}),
  sfn: new SFNClient({}),
  postProcessingArn: variable("STATE_MACHINE_ARN"),
  recordingArn: variable("RECORDING_ARN"),
});
