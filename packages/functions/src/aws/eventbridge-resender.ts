import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { EventResender } from "@callboard/core";

/**
 * Puts events again unchanged, on the bus with that name or ARN or on the account's default bus. They keep their
 * original time, because a question's timeout counts from it.
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

/** Undefined, which means now, if the time is not valid. */
function timeOf(text: string): Date | undefined {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
