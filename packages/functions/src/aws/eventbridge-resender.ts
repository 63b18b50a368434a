import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { EventResender } from "@callboard/core";

/**
 * Puts events again as they were, on the bus of that name or ARN or on the account's default one. The time stays that of
 * the first time: a question's timeout counts from it.
 */
export function eventBridgeResender(client: EventBridgeClient, busName: string): EventResender {
  return {
    async resend({ source, detail, resources, time, "detail-type": DetailType }, bus) {
      const { Entries: [answer] = [] } = await client.send(
        new PutEventsCommand({
          Entries: [
            {
              EventBusName: bus === "callboard" ? busName : "default",
              Source: source,
              DetailType,
              Detail: JSON.stringify(detail),
              Resources: resources,
              Time: timeOf(time),
            },
          ],
        }),
      );
      return answer?.EventId
        ? { outcome: "sent" }
        : { outcome: "refused", code: answer?.ErrorCode ?? "unknown" };
    },
  };
}

/** Undefined, which is now, when it is no time. */
function timeOf(text: string): Date | undefined {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
