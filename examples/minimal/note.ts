import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { Resource } from "sst";

const events = new EventBridgeClient();

/** Tells whoever watches an article what no state of its workflow says: `{ subject: "article/a_1", message: "…" }`. */
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
  if (FailedEntryCount) throw new Error("the bus did not take the event");
}
