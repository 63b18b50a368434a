import * as z from "zod/mini";
import { Execution, maybe, Seconds, small } from "./event-fields.ts";
import { workflowEvents, workflowEventTypes } from "./events.ts";
import { limits } from "./limits.ts";
import { Name, Subject } from "./names.ts";
import { hooks, pluginRequestedType } from "./plugin-types.ts";

/** `plugin.<hook>.<name>` is a name of 64 characters. */
const NAME_LENGTH = 44;
/** Bytes of what a plugin is told, as JSON: an event of 256 KB has room for it and all else. */
const DETAIL_BYTES = 224 * 1024;

/** What a plugin is called: with its hook it is a thread's name. */
export const PluginName = Name.check(z.maxLength(NAME_LENGTH));

/** A life cycle asks a plugin, and waits for what it hands back. */
export const PluginRequested = z.object({
  subject: Subject,
  hook: z.enum(hooks),
  plugin: PluginName,
  /** The source of the event in which it answers; `serverlessVideo.plugin.<plugin>` unless told. */
  source: maybe(z.string().check(z.minLength(1), z.maxLength(256))),
  taskToken: z.string().check(z.minLength(1), z.maxLength(limits.taskTokenLength)),
  execution: maybe(Execution),
  /** `[redriveCount, round, retryCount]`: of the turns of one plugin the highest is open. */
  order: maybe(z.array(z.int().check(z.nonnegative())).check(z.length(3))),
  timeoutSeconds: maybe(Seconds),
  heartbeatSeconds: maybe(Seconds),
  /** What the plugin is told: `video`, and `pluginData` of the hooks before. */
  detail: small(z.record(z.string(), z.unknown()), DETAIL_BYTES),
});
export type PluginRequested = z.infer<typeof PluginRequested>;

/** What a plugin hands back: what it was given in place of a task token, and whatever it has to say. */
export const PluginComplete = z.object({
  TaskToken: z.string().check(z.minLength(1), z.maxLength(limits.taskTokenLength)),
  Message: z.unknown().check(z.refine((message) => message !== undefined, { error: "is missing" })),
});
export type PluginComplete = z.infer<typeof PluginComplete>;

/** The types of events that carry a task token: no archive and no log may keep them. */
export const eventTypesWithTokens: readonly string[] = [
  ...workflowEventTypes.filter((type) => "taskToken" in workflowEvents[type].def.shape),
  pluginRequestedType,
];
