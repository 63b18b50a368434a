import * as z from "zod/mini";
import { Execution, maybe, Seconds, small } from "./event-fields.ts";
import { workflowEvents, workflowEventTypes } from "./events.ts";
import { limits } from "./limits.ts";
import { Name, Subject } from "./names.ts";
import { hooks, pluginRequestedType } from "./plugin-types.ts";

/** So that `plugin.<hook>.<name>` has at most 64 characters. */
const NAME_LENGTH = 44;
/** Bytes of the detail that a plugin receives, as JSON: with all other fields it fits in an event of 256 KB. */
const DETAIL_BYTES = 224 * 1024;

/** The name of a plugin; together with its hook it becomes a thread's name. */
export const PluginName = Name.check(z.maxLength(NAME_LENGTH));

/** A life cycle asks a plugin, and waits for its answer. */
export const PluginRequested = z.object({
  subject: Subject,
  hook: z.enum(hooks),
  plugin: PluginName,
  /** The source of the event by which it answers; `serverlessVideo.plugin.<plugin>` by default. */
  source: maybe(z.string().check(z.minLength(1), z.maxLength(256))),
  taskToken: z.string().check(z.minLength(1), z.maxLength(limits.taskTokenLength)),
  execution: maybe(Execution),
  /** `[redriveCount, round, retryCount]`: of the turns of one plugin, the one with the highest order is open. */
  order: maybe(z.array(z.int().check(z.nonnegative())).check(z.length(3))),
  timeoutSeconds: maybe(Seconds),
  heartbeatSeconds: maybe(Seconds),
  /** What the plugin is sent: `video`, and `pluginData` of the earlier hooks. */
  detail: small(z.record(z.string(), z.unknown()), DETAIL_BYTES),
});
export type PluginRequested = z.infer<typeof PluginRequested>;

/** A plugin's answer: the text that it was given in place of a task token, and its result. */
export const PluginComplete = z.object({
  TaskToken: z.string().check(z.minLength(1), z.maxLength(limits.taskTokenLength)),
  Message: z.unknown().check(z.refine((message) => message !== undefined, { error: "is missing" })),
});
export type PluginComplete = z.infer<typeof PluginComplete>;

/** The types of events that contain a task token: no archive and no log may store them. */
export const eventTypesWithTokens: readonly string[] = [
  ...workflowEventTypes.filter((type) => "taskToken" in workflowEvents[type].def.shape),
  pluginRequestedType,
];
