import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { durationLimitPlugin } from "../plugins/duration-limit.ts";

export const handler = durationLimitPlugin(new EventBridgeClient({}));
