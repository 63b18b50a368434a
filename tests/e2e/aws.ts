import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { GetExecutionHistoryCommand, type HistoryEvent, SFNClient } from "@aws-sdk/client-sfn";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { credentials, region, tableName } from "@callboard/dev";
import { dynamoDbOf, dynamoPeopleStore, tableStores } from "@callboard/functions";

/** Callboard's AWS address as any producer uses it: through the SDK's own clients. */
export function awsAt(endpoint: string) {
  const client = { region, credentials, endpoint };
  const bus = new EventBridgeClient(client);
  const sfn = new SFNClient(client);
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  const dynamodb = dynamoDbOf({
    AWS_REGION: region,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
  const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
  const table = { name: tableName, dynamodb, clock: { now: Date.now, wait } };
  return {
    bus,
    sfn,
    documents,
    /** The clients with which the functions read and write the table. */
    stores: { ...tableStores(table), people: dynamoPeopleStore(table) },
    /** Puts events of one type, ten a call; throws when one was not accepted. */
    async put(type: string, details: readonly object[], options: { bus?: string; source?: string } = {}) {
      const { bus: EventBusName = "callboard", source: Source = "e2e" } = options;
      for (let n = 0; n < details.length; n += 10) {
        const Entries = details
          .slice(n, n + 10)
          .map((detail) => ({ EventBusName, Source, DetailType: type, Detail: JSON.stringify(detail) }));
        const { FailedEntryCount } = await bus.send(new PutEventsCommand({ Entries }));
        if (FailedEntryCount) throw new Error(`${FailedEntryCount} events were not accepted`);
      }
    },
    /** Invokes a function and waits, as Lambda's `RequestResponse` does. */
    async invoke(name: string, payload: object): Promise<void> {
      const response = await fetch(`${endpoint}/2015-03-31/functions/${name}/invocations`, {
        method: "POST",
        body: JSON.stringify(payload),
      });
      const failure = response.headers.get("x-amz-function-error");
      const text = await response.text();
      if (!response.ok || failure) throw new Error(`${name}: ${response.status} ${failure} ${text}`);
    },
    /** The whole history of an execution, in its order. */
    async history(executionArn: string): Promise<HistoryEvent[]> {
      const events: HistoryEvent[] = [];
      let nextToken: string | undefined;
      do {
        const page = await sfn.send(
          new GetExecutionHistoryCommand({ executionArn, ...(nextToken ? { nextToken } : {}) }),
        );
        events.push(...(page.events ?? []));
        nextToken = page.nextToken;
      } while (nextToken);
      return events;
    },
  };
}

export type Aws = ReturnType<typeof awsAt>;
