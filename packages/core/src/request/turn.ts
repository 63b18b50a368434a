import {
  BadEvent,
  defined,
  limits,
  type PluginComplete,
  type PluginRequested,
  pluginSourcePrefix,
  type RefusalCode,
  type RequestId,
  seconds,
} from "@callboard/protocol";
import { type Envelope, executionOf } from "../execution.ts";
import type { Plugins, Ports, RequestStore, TurnStore } from "../ports/index.ts";
import { decideReply } from "./lifecycle.ts";
import { moveOn, putChange } from "./move.ts";
import type { FeedbackRequest } from "./request.ts";
import { FIRST_VERSION, type StorePorts, store } from "./store-request.ts";

/** The ports that plugins' turns need. */
export type TurnPorts = StorePorts &
  Pick<Ports, "doorTokens"> & { readonly turns: TurnStore; readonly plugins: Plugins };

/** The result of a plugin's answer. `repeated`: the same answer came before, and took effect. */
export type Completed =
  | { readonly outcome: "accepted" | "repeated" }
  | { readonly outcome: "refused"; readonly code: RefusalCode | "unauthorized" };

/** A turn has one round and one verb. */
const ROUND = 1;
const verb = "answer";

/**
 * Handles Plugin Requested: stores the turn before the plugin is asked. A repeat of the event stores nothing, and asks
 * again unless the plugin was asked already.
 */
export async function takeTurn(ports: TurnPorts, event: PluginRequested, envelope: Envelope): Promise<void> {
  const { subject, hook, plugin, detail, taskToken, order, timeoutSeconds, heartbeatSeconds } = event;
  const thread = `plugin.${hook}.${plugin}`;
  const requests: RequestStore = {
    ...ports.requests,
    ask: (asking) => ports.requests.ask({ ...asking, detail }),
  };
  const { request } = await store(
    { ...ports, requests },
    `req_${ports.ids.hash(taskToken)}`,
    executionOf(envelope, event),
    {
      ...defined({ order, timeoutSeconds, heartbeatSeconds }),
      subject,
      thread,
      round: ROUND,
      taskToken,
      prompt: thread,
      verbs: [verb],
      assignees: [],
      plugin: { hook, name: plugin, source: event.source ?? `${pluginSourcePrefix}${plugin}` },
    },
    envelope,
  );
  if (!request.plugin) throw new BadEvent("taskToken: belongs to a question to people");
  await askPlugin(ports, request);
}

/** Handles Turn Changed: asks the plugin if it was not asked yet, and completes a turn that is over. */
export async function turnChanged(ports: TurnPorts, id: RequestId): Promise<void> {
  const request = await ports.requests.read(id);
  if (!request?.plugin) return ports.log.metric("unknown_request", 1);
  await askPlugin(ports, request);
}

/**
 * Asks first, then records it. If the process dies in between, the plugin is asked once more, and its second answer has
 * no effect.
 */
async function askPlugin(ports: TurnPorts, request: FeedbackRequest): Promise<void> {
  const { id, plugin, execution, announced, version, status } = request;
  if (announced >= version) return;
  const isAsked = announced >= FIRST_VERSION || status.state !== "open";
  const detail = isAsked || !plugin ? undefined : await ports.turns.detail(id);
  if (detail && plugin)
    await ports.plugins.call({
      hook: plugin.hook,
      plugin: plugin.name,
      handle: await ports.doorTokens.seal({ kind: "plugin", requestId: id, until: endOf(request) }),
      detail,
      execution,
    });
  // A process that changed it meanwhile has announced that.
  await ports.requests.note(request, { announced: version });
}

/** In whole seconds, so that the handle is the same each time it is created. */
const endOf = ({ askedAt, timeoutAt }: FeedbackRequest): number =>
  seconds(Math.ceil((timeoutAt ?? askedAt + seconds(limits.timeoutSeconds)) / 1000));

/**
 * Handles a plugin's answer to its turn, which is handed over like a person's: it takes effect once however often it
 * comes. `source` is that of its event, which only this plugin may use.
 */
export async function completeTurn(
  ports: TurnPorts,
  { TaskToken: handle, Message: message }: PluginComplete,
  source: string,
): Promise<Completed> {
  const claims = await ports.doorTokens.open(handle);
  if (claims?.kind !== "plugin") return refused("unauthorized");
  const found = await ports.requests.read(claims.requestId);
  if (!found?.plugin) return refused("not_found");
  const { name, source: own } = found.plugin;
  if (source !== own) return refused("forbidden");
  // The same answer is the same reply, whichever event brings it.
  const replyId = `plugin_${ports.ids.hash(JSON.stringify([found.id, message]))}`;
  const actor = { by: { id: own, name } };
  const moved = await moveOn(ports, found, (request) =>
    decideReply(request, { replyId, round: ROUND, verb, value: message }, actor, ports.clock.now(), []),
  );
  if (!moved) return refused("not_found");
  const { decided, request } = moved;
  switch (decided.decision) {
    case "refuse":
      return refused(decided.code);
    case "repeat":
      return { outcome: "repeated" };
    case "accept":
      await putChange(ports, request);
      return { outcome: "accepted" };
  }
}

const refused = (code: Extract<Completed, { outcome: "refused" }>["code"]): Completed => ({
  outcome: "refused",
  code,
});
