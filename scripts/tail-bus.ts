import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { lineOf } from "./tail-line.ts";

// The pane of `sst dev` that shows the bus: each event of a log group in a line, as it comes, until it is stopped.

const PAUSE_MS = 2000;
/** Events appear some seconds late, and not in order. */
const OVERLAP_MS = 20_000;

async function main([group]: string[]): Promise<void> {
  if (!group) throw new Error("usage: tsx scripts/tail-bus.ts LOG_GROUP");
  const client = new CloudWatchLogsClient({});
  console.log(`Events of ${group}; questions are left out because they contain task tokens.`);
  const shown = new Map<string, number>();
  for (let from = Date.now(); ; from = Math.max(from, Date.now() - OVERLAP_MS)) {
    try {
      let nextToken: string | undefined;
      do {
        const page = await client.send(
          new FilterLogEventsCommand({ logGroupName: group, startTime: from, nextToken }),
        );
        for (const { eventId = "", timestamp = 0, message = "" } of page.events ?? []) {
          if (shown.has(eventId)) continue;
          shown.set(eventId, timestamp);
          console.log(lineOf(message));
        }
        nextToken = page.nextToken;
      } while (nextToken);
    } catch (cause) {
      // A failed read must not end the pane.
      console.error(`not read: ${(cause as Error).name}: ${(cause as Error).message}`);
    }
    for (const [id, at] of shown) if (at < Date.now() - 2 * OVERLAP_MS) shown.delete(id);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

main(process.argv.slice(2)).catch((cause: Error) => {
  console.error(cause.message);
  process.exit(1);
});
