import { SendTaskSuccessCommand, SFNClient } from "@aws-sdk/client-sfn";

const sfn = new SFNClient({});

/** Returns a plugin's answer to the waiting workflow: the target of a rule for `plugin-complete`. */
export const handler = async ({ detail: { TaskToken: taskToken, Message } }) =>
  void (await sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(Message) })));
