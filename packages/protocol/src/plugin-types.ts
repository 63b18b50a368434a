// Separate from the schemas, so that a bundle that needs only these names does not contain the schemas.

/** The hooks of a video's life cycle, in their order. */
export const hooks = ["preValidate", "postValidate", "preMetadata", "postMetadata"] as const;
export type Hook = (typeof hooks)[number];

/** The source of the events that ask plugins; ServerlessVideo's plugins expect this name. */
export const pluginManager = "serverlessVideo.pluginManager";

/** The prefix of plugins' event sources. */
export const pluginSourcePrefix = "serverlessVideo.plugin.";
export const pluginCompleteType = "plugin-complete";

/** The type of the event by which a life cycle asks a plugin. */
export const pluginRequestedType = "Plugin Requested";

/** The pattern of the events that ask a plugin. */
export const askedPattern = ({ hook, name }: { readonly hook: Hook; readonly name: string }) => ({
  source: [pluginManager],
  "detail-type": [`${hook}.${name}`],
});
