import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";

/** What a plugin is asked with, as ServerlessVideo asks its plugins. */
export interface PluginEvent {
  readonly "detail-type": string;
  readonly detail: {
    readonly video: { readonly id: string; readonly durationmillis?: number };
    readonly taskToken: string;
    readonly pluginData?: Readonly<Record<string, unknown>>;
  };
}

/** What a plugin of a validating hook hands back. */
export interface Verdict {
  readonly valid: boolean;
  readonly reason?: string;
}

/** What a plugin hands back that could not do its work. */
export interface Failed {
  readonly failed: true;
  readonly reason: string;
}

/** Hands back what a plugin has to say. Throws when the bus does not take it, so that it is tried again. */
export async function handBack(
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
  if (code !== undefined) throw new Error(`the bus did not take what ${plugin} hands back: ${code}`);
}
