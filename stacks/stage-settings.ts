import { type Models, readModels } from "./model-settings.ts";
import { https, readSettings, type Settings, type Variables } from "./settings.ts";

/** The settings of a stage of this repository, from the environment, or from `.env` and `.env.<stage>`. */
export interface StageSettings extends Settings {
  /** Whether the post-processing of videos is deployed. */
  readonly postProcessing: boolean;
  /** Whether that was set explicitly, so that no stage loses it by an upgrade. */
  readonly isPostProcessingSet: boolean;
  /** The models of the post-processing; undefined without it. */
  readonly models?: Models;
  /** What to do with the old table of a stage that was deployed before a subject was one row. */
  readonly oldTable?: "keep" | "delete";
}

/**
 * Reads and checks the settings of a stage. Throws one error that names every invalid variable; an empty one counts as
 * missing.
 */
export function readStageSettings(stage: string, variables: Variables): StageSettings {
  const problems: string[] = [];
  const text = (name: string, pattern: RegExp, what: string): string | undefined => {
    const value = variables[name]?.trim();
    if (!value || pattern.test(value)) return value || undefined;
    problems.push(`${name} is not ${what}`);
    return undefined;
  };
  const settings = readSettings(stage, variables, problems);
  const oldTable = text("CALLBOARD_OLD_TABLE", /^(keep|delete)$/, "keep or delete");
  const postProcessing = text("CALLBOARD_POST_PROCESSING", /^(true|false)$/, "true or false") === "true";
  const endpoint = text("CALLBOARD_MODEL_URL", https, "an https address")?.replace(/\/$/, "");
  const name = text("CALLBOARD_MODEL_NAME", /^[\w.:/-]{1,100}$/, "the name of a model");
  const models = readModels(
    variables,
    postProcessing,
    endpoint && name ? { endpoint, name } : undefined,
    problems,
  );
  if (problems.length > 0) throw new Error(`the settings of stage ${stage}: ${problems.join("; ")}`);
  const isListed = Boolean(variables.CALLBOARD_LISTS?.trim());
  return {
    ...settings,
    lists: postProcessing && !isListed ? ["video"] : settings.lists,
    postProcessing,
    isPostProcessingSet: Boolean(variables.CALLBOARD_POST_PROCESSING?.trim()),
    ...(models ? { models } : {}),
    ...(oldTable ? { oldTable: oldTable as "keep" | "delete" } : {}),
  };
}
