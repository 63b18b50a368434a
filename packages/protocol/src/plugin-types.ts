// Apart from the schemas, so that a bundle that knows of plugins' events and reads none does not hold them.

/** The hooks of a video's life cycle, in their order. */
export const hooks = ["preValidate", "postValidate", "preMetadata", "postMetadata"] as const;
export type Hook = (typeof hooks)[number];

/** The source of the events that ask plugins, as ServerlessVideo's plugins know it. */
export const pluginManager = "serverlessVideo.pluginManager";

/** What the sources of plugins begin with, and the type of the event in which each answers. */
export const pluginSourcePrefix = "serverlessVideo.plugin.";
export const pluginCompleteType = "plugin-complete";

/** What a life cycle puts on the bus. */
export const pluginRequestedType = "Plugin Requested";

/** The pattern of the events by which a plugin is asked. */
export const askedPattern = ({ hook, name }: { readonly hook: Hook; readonly name: string }) => ({
  source: [pluginManager],
  "detail-type": [`${hook}.${name}`],
});
