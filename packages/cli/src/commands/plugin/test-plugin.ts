import { readFile } from "node:fs/promises";
import {
  atHook,
  findPlugin,
  PluginFolderError,
  type PutByPlugin,
  recordingProblem,
  type Trial,
  tryPlugin,
} from "@callboard/dev/plugins";
import { hooks } from "@callboard/protocol";
import { type Ended, printable, quoted, type Terminal } from "../../terminal.ts";

/** The options of `callboard plugin test`. */
export interface TestOptions {
  readonly hook?: string;
  readonly video?: string;
  readonly patience?: string;
  readonly json?: true;
}

/** Calls a plugin in a life cycle of its own, at each of the hooks, and shows the effect of its answer. */
export async function testPlugin(
  terminal: Terminal,
  path: string,
  { hook, video, patience = "30", json }: TestOptions,
): Promise<Ended> {
  const wanted = hook === "all" ? hooks : hooks.filter((one) => one === hook);
  if (hook !== undefined && wanted.length === 0)
    return { misuse: `--hook: one of ${hooks.join(", ")}, all: not ${quoted(hook.slice(0, 100))}` };
  if (!/^[1-9]\d{0,2}$/.test(patience) || Number(patience) > 900)
    return { misuse: `--patience: whole seconds from 1 to 900: not ${quoted(patience.slice(0, 100))}` };
  const fail = (why: string): Ended => {
    terminal.warn(printable(why));
    return "failed";
  };
  const recording = video === undefined ? {} : await recordingIn(video);
  if (typeof recording === "string") return fail(recording);
  try {
    const { tried, hasHook } = await findPlugin(path, definedIn(terminal.env));
    if (wanted.length === 0 && !hasHook) return { misuse: "--hook is needed: a function file names no hook" };
    const all = wanted.length === 0 ? [tried] : wanted.map((one) => atHook(tried, one));
    const trials: Trial[] = [];
    for (const one of all) {
      const trial = await tryPlugin(one, { recording, patienceMs: Number(patience) * 1000 });
      trials.push(trial);
      if (!json) terminal.print(linesOf(trial).join("\n"));
    }
    if (json) terminal.print(JSON.stringify(trials, null, 2));
    return trials.every(({ isRight }) => isRight) ? "done" : "failed";
  } catch (cause) {
    if (!(cause instanceof PluginFolderError)) throw cause;
    return fail(`${path}: ${cause.message}`);
  }
}

const definedIn = (env: Terminal["env"]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

/** The limit keeps the event under 256 KB. */
const MAX_BYTES = 64 * 1024;

/** The fields that replace those of the sample, or what is wrong with the file. */
async function recordingIn(file: string): Promise<Record<string, unknown> | string> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return `--video: ${file} cannot be read`;
  if (Buffer.byteLength(text) > MAX_BYTES) return `--video: ${file} is over ${MAX_BYTES} bytes`;
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      const recording = value as Record<string, unknown>;
      const problem = recordingProblem(recording);
      return problem === undefined ? recording : `--video: ${file}: ${problem}`;
    }
  } catch (cause) {
    return `--video: ${file} is not JSON: ${(cause as Error).message}`;
  }
  return `--video: ${file} is not an object with fields of recording-ready`;
}

const linesOf = (trial: Trial): string[] => [
  `${trial.hook}.${trial.name}  ${trial.required ? "required" : "optional"}, ${trial.timeoutSeconds} s`,
  `  function    ${ranText(trial)}`,
  ...trial.puts.map((put) => `  answer      ${putText(put)}`),
  ...(trial.puts.length === 0 ? ["  answer      none"] : []),
  `  life cycle  ${verdictText(trial)}`,
  ...("handedOn" in trial ? [`  passed on   ${shown(trial.handedOn)}`] : []),
];

function ranText({ ran }: Trial): string {
  if (!ran) return "was not called: the pattern of its rule does not fit the event";
  if (!ran.error) return `ran ${ran.ms} ms`;
  return printable(`failed after ${ran.ms} ms: ${ran.error.type}: ${ran.error.message}`);
}

function putText({ afterMs, source, detailType, message, said }: PutByPlugin): string {
  const what = message === undefined ? printable(`${detailType} of ${source}`) : shown(message);
  return `after ${afterMs} ms: ${what}: ${saidText(said)}`;
}

function saidText(said: PutByPlugin["said"]): string {
  if (!said) return "ignored: neither its source nor its type is that of a plugin";
  if ("problem" in said) return printable(`refused: ${said.problem}`);
  if ("outcome" in said) return said.outcome;
  return `refused: ${said.code}: ${refusals[said.code] ?? "see docs/plugins.md"}`;
}

const refusals: Readonly<Record<string, string>> = {
  unauthorized: "not the task token that it was given",
  forbidden: "the source is not the plugin's",
  invalid: "the message is over 20 KB",
  expired: "its time limit was over",
  already_answered: "it had already returned something else",
  withdrawn: "the life cycle does not wait any more",
};

function verdictText({ verdict, turn, outcome }: Trial): string {
  const why = printable(turn.reason ?? turn.message ?? "");
  switch (verdict) {
    case "goes_on":
      return "continues";
    case "invalid":
      return `ends, the video is ${outcome.status}: ${why}`;
    case "left_out":
      return `continues without it, since it is optional: ${why}`;
    case "required_failed":
      return `ends, the video is ${outcome.status}, since it is required: ${why}`;
  }
}

/** A text that fits into a line. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return printable(text.length > 200 ? `${text.slice(0, 200)}… (${Buffer.byteLength(text)} bytes)` : text);
}
