import { SFNClient } from "@aws-sdk/client-sfn";
import { type TaskStateChange, taskStopped } from "../tasks/task-stopped.ts";

const states = new SFNClient({});

export const handler = (event: TaskStateChange) => taskStopped(states, event);
