import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";

/** The event that calls a plugin, as ServerlessVideo calls its plugins. */
export interface PluginEvent {
  readonly "detail-type": string;
  readonly detail: {
    readonly video: { readonly id: string; readonly durationmillis?: number };
    readonly taskToken: string;
    readonly pluginData?: Readonly<Record<string, unknown>>;
  };
}

/** The answer of a plugin of a validating hook. */
export interface Verdict {
  readonly valid: boolean;
  readonly reason?: string;
}

/** The answer of a plugin that could not do its work. */
export interface Failed {
  readonly failed: true;
  readonly reason: string;
}

/** Sends a plugin's answer. Throws when the bus refuses it, so that it is tried again. */
export async function sendAnswer(
  bus: EventBridgeClient,
  plugin: string,
  taskToken: string,
  message: unknown,
): Promise<void> {
  const entry = {
    EventBusName: "default",
    Source: `serverlessVideo.plugin.${plugin}`,
    DetailType: "plugin-complete",
    Detail: JSON.stringify({ TaskToken: taskToken, Message: message }),
  };
  const { Entries = [] } = await bus.send(new PutEventsCommand({ Entries: [entry] }));
  const [code] = Entries.flatMap(({ ErrorCode }) => ErrorCode ?? []);
  if (code !== undefined) throw new Error(`the bus refused the answer of ${plugin}: ${code}`);
}
