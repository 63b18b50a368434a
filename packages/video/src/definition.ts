import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { VideoLanguage } from "@callboard/protocol";
import { leaveOut } from "./definition-parts.ts";

/** The source of every event that the post-processing puts, and the prefix of its subjects. */
export const eventSource = "callboard.workflow";
export const eventSubjects: readonly string[] = ["video/"];

/**
 * The folders of a video's objects in the bucket: uploads with captions and manifests, transcripts, pictures. They are
 * deleted after the same time as executions.
 */
export const objectFolders = ["videos/", "transcripts/", "avatars/"] as const;

/** The environment variable in which a container gets the token of the waiting state. */
export const TASK_TOKEN = "TASK_TOKEN";

/** The pattern of ECS's event on the account's default bus that a task has stopped, even if it never started. */
export const stoppedTasks = (clusterArn: string) => ({
  source: ["aws.ecs"],
  "detail-type": ["ECS Task State Change"],
  detail: { clusterArn: [clusterArn], lastStatus: ["STOPPED"] },
});

/** Headers of an upload, apart from its length; browsers ask the bucket whether they may send them. */
export const uploadHeaders = ["content-type", "if-none-match"] as const;

/**
 * What a deployment fills into `post-processing.asl.json`; every value is text. Without an image model there is no
 * picture; without a model outside AWS only Bedrock's is asked. The states for them are left out.
 */
export type Substitutions = AlwaysFilled &
  (PictureFilled | Without<PictureFilled>) &
  (EndpointFilled | Without<EndpointFilled>);

type Without<Filled> = { readonly [Name in keyof Filled]?: never };

interface AlwaysFilled {
  BusName: string;
  /** The deployment's bucket: uploads, transcripts, pictures. */
  Bucket: string;
  /** Callboard's table, and the prefix of the keys of its rows on how each text model has answered recently. */
  TableName: string;
  BreakerPrefix: string;
  ProbeFunction: string;
  PrepareFunction: string;
  ReadTranscriptFunction: string;
  /** A Bedrock model for Converse, and its name for people. */
  TextModelId: string;
  TextModelLabel: string;
  ClusterArn: string;
  TaskDefinitionArn: string;
  ContainerName: string;
  /** Separated by commas. */
  Subnets: string;
  SecurityGroups: string;
  /** Seconds between two polls of a transcription job. */
  TranscribePollSeconds: string;
  /** `true`: the sound is transcribed even if captions were uploaded with the video; `false`: the captions are used. */
  TranscribeCaptioned: "true" | "false";
}

interface PictureFilled {
  /**
   * A Bedrock image model that takes `{prompt, aspect_ratio}` and answers `{images: [<base64 PNG>]}`, as Stability's
   * do.
   */
  ImageModelId: string;
  StoreAvatarFunction: string;
}

interface EndpointFilled {
  /** The address of an OpenAI-compatible API, without `/chat/completions`: `https://api.openai.com/v1`. */
  ModelEndpoint: string;
  ModelName: string;
  ModelLabel: string;
  /** The EventBridge connection that has the endpoint's key. */
  ModelConnectionArn: string;
}

/**
 * The file of the definition, before anything is filled in. It is next to the folder of the code, in the sources and in
 * a bundle.
 */
const definitionUrl = new URL("../post-processing.asl.json", import.meta.url);

/**
 * The state machine with its substitutions, as JSON text. Throws if one is missing or unknown. A bundle without the
 * file, as SST makes it, passes the definition's text as `source`.
 */
export function definition(
  substitutions: Substitutions,
  source = readFileSync(definitionUrl, "utf8"),
): string {
  const values = new Map<string, string>(Object.entries(substitutions));
  const parts = leaveOut(source, {
    picture: !values.has("ImageModelId"),
    endpoint: !values.has("ModelEndpoint"),
  });
  return filled(parts, values);
}

/** A definition's text with its substitutions. Throws if one is missing or unknown. */
export function filled(text: string, values: ReadonlyMap<string, string>): string {
  const used = new Set<string>();
  const whole = text.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`no value for \${${name}} of the state machine`);
    used.add(name);
    // Values are written into JSON strings, some of them inside quotes of JSONata.
    if (value.includes("'")) throw new Error(`\${${name}} must not contain a quote: ${value}`);
    return JSON.stringify(value).slice(1, -1);
  });
  const unknown = [...values.keys()].filter((name) => !used.has(name));
  if (unknown.length > 0) throw new Error(`the state machine has no \${${unknown.join("}, ${")}}`);
  return whole;
}

/** The files of the sample talk in the folder `sample`: a video, and its captions in two languages. */
export const sampleNames = ["talk.mp4", "talk.vtt", "talk.ja.vtt"] as const;

/** The sample's files in each language, with the names that they would have as uploads. */
export const samples = {
  en: [
    { fileName: "talk.mp4", file: "talk.mp4" },
    { fileName: "talk.vtt", file: "talk.vtt" },
  ],
  ja: [
    { fileName: "講演.mp4", file: "talk.mp4" },
    { fileName: "講演.vtt", file: "talk.ja.vtt" },
  ],
} as const satisfies Record<
  VideoLanguage,
  readonly { fileName: string; file: (typeof sampleNames)[number] }[]
>;

/**
 * The path of a file of the sample talk. Like the definition it is next to the folder of the code, in the sources and
 * in a bundle.
 */
export const samplePath = (name: (typeof sampleNames)[number]): string =>
  fileURLToPath(new URL(`../sample/${name}`, import.meta.url));
