import { type Log, mayPublish, type PluginsApp, type Publishers } from "@callboard/core";
import { BadEvent, type BusEvent, type PluginComplete } from "@callboard/protocol";
import { readInnerEvent } from "../producers/callboard.ts";
import { readPluginEvent } from "../producers/plugins.ts";
import { checkAsking, checkOrigin, envelopeOf, readBusEvent, takeNamed } from "../producers/read-event.ts";

export interface PluginsParts {
  readonly app: PluginsApp;
  readonly log: Log;
  /** Who may publish what; everybody may publish anything if it is missing. */
  readonly publishers?: Publishers | undefined;
  /** Its own account and Region: whose events to trust, and where turns can be answered. */
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

/**
 * Handles Plugin Requested from life cycles, plugin-complete from plugins, and Turn Changed, which only Callboard puts.
 * A bad event throws `BadEvent`; after any other error AWS retries. An answer of a plugin that is late, repeated,
 * forged or another's is refused permanently and logged, without its content.
 */
export function pluginsHandler({ app, log, publishers, account, region }: PluginsParts) {
  async function complete(source: string, detail: PluginComplete): Promise<void> {
    const completed = await app.turns.complete(detail, source);
    if (completed.outcome !== "refused")
      return log.metric("plugin_answers", 1, { outcome: completed.outcome });
    log.metric("plugin_refusals", 1, { code: completed.code });
    log.warn("a plugin's answer was refused", { source: source.slice(0, 256), code: completed.code });
  }

  async function take(event: BusEvent): Promise<void> {
    const { source, "detail-type": detailType } = event;
    checkOrigin(event, account);
    const said = readPluginEvent(event);
    if (said?.unknown) log.metric("unknown_fields", said.unknown, { detailType });
    if (said?.type === "plugin-complete") return complete(source, said.detail);
    if (said) {
      const { subject, execution } = said.detail;
      const envelope = envelopeOf(event, (one) => mayPublish(publishers, source, one));
      if (!envelope.may(subject)) throw new BadEvent(`subject: ${source} may not publish about it`);
      checkAsking(event, envelope.execution ?? execution, { account, region });
      return app.turns.take(said.detail, envelope);
    }
    const own = readInnerEvent("plugins", event);
    if (own) return app.turns.changed(own.detail.requestId);
    log.metric("unknown_events", 1, { source, detailType });
  }

  return async (invokedWith: unknown): Promise<void> => {
    const event = readBusEvent(invokedWith);
    return takeNamed(event, () => take(event));
  };
}
