import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { Resource } from "sst";

const events = new EventBridgeClient();

/**
 * Reports a message to everyone who follows an article, from outside its workflow: `{ subject: "article/a_1",
 * message: "…" }`.
 */
export async function handler({ subject, message }: { subject: string; message: string }): Promise<void> {
  const at = new Date().toISOString();
  const Detail = JSON.stringify({ subject, step: "note", state: "running", at, message });
  const { FailedEntryCount } = await events.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: Resource.Callboard.bus,
          Source: "newsroom",
          DetailType: "Progress Reported",
          Detail,
        },
      ],
    }),
  );
  if (FailedEntryCount) throw new Error("the bus did not accept the event");
}
