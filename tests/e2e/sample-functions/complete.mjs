import { SendTaskSuccessCommand, SFNClient } from "@aws-sdk/client-sfn";

const sfn = new SFNClient({});

/** Brings what a plugin says back to the workflow that waits for it: a rule for `plugin-complete` leads here. */
export const handler = async ({ detail: { TaskToken: taskToken, Message } }) =>
  void (await sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(Message) })));
