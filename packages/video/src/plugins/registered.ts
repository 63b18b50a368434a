import { askedPattern, type Hook } from "@callboard/protocol";

/** The plugins of the video application: their names and hooks. */
export const durationLimit = { name: "duration-limit", hook: "preValidate" } as const;
export const titleAndDescription = { name: "title-and-description", hook: "preMetadata" } as const;

/** A plugin in the registry. */
export interface RegisteredPlugin {
  readonly hook: Hook;
  readonly name: string;
  /** Its place among the plugins of its hook. */
  readonly order: number;
  /** Whether a video is invalid if it fails. */
  readonly required: boolean;
  readonly timeoutSeconds: number;
  /** How long Callboard may send no heartbeat before its turn is given up. */
  readonly heartbeatSeconds?: number;
  /** The source of its answers. Default: `serverlessVideo.plugin.<name>`. */
  readonly source?: string;
}

/** The plugins of the video application. People have a month for the title. */
export const ownPlugins: readonly RegisteredPlugin[] = [
  { ...durationLimit, order: 10, required: true, timeoutSeconds: 60 },
  {
    ...titleAndDescription,
    order: 10,
    required: false,
    timeoutSeconds: 30 * 24 * 3600,
    heartbeatSeconds: 3600,
  },
];

/** The rules of the account's default bus for the plugins' events. */
export const pluginRules = (postProcessingArn: string) =>
  [
    {
      name: `plugin-${durationLimit.name}`,
      plugin: durationLimit.name,
      pattern: askedPattern(durationLimit),
    },
    {
      name: `plugin-${titleAndDescription.name}`,
      plugin: titleAndDescription.name,
      pattern: askedPattern(titleAndDescription),
    },
    {
      name: `plugin-${titleAndDescription.name}-ended`,
      plugin: titleAndDescription.name,
      pattern: {
        source: ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        detail: {
          stateMachineArn: [postProcessingArn],
          status: ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"],
        },
      },
    },
  ] as const;
