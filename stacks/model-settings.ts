import { type Model, readModel, whyNoPictures } from "./models.ts";

/** The models of the post-processing. */
export interface Models {
  readonly text: Model;
  /** Without it there are no pictures. */
  readonly image?: Model;
  /** An optional model outside AWS: an OpenAI-compatible API, without `/chat/completions`. */
  readonly outside?: { readonly endpoint: string; readonly name: string };
}

const outsideVariables = ["CALLBOARD_MODEL_URL", "CALLBOARD_MODEL_NAME"] as const;
const modelVariables = ["CALLBOARD_TEXT_MODEL", "CALLBOARD_IMAGE_MODEL", ...outsideVariables] as const;

const MODEL_FORM = "the id or ARN of a model or inference profile of Bedrock, such as";
const forms = {
  CALLBOARD_TEXT_MODEL: `${MODEL_FORM} eu.anthropic.claude-sonnet-4-6`,
  CALLBOARD_IMAGE_MODEL: `${MODEL_FORM} stability.stable-image-core-v1:1, or none`,
} as const;

/**
 * Reads a stage's models; `outside` are the settings of the one outside AWS. Undefined without the post-processing, or if
 * the text model is missing or invalid, which is added to the problems.
 */
export function readModels(
  variables: Readonly<Record<string, string | undefined>>,
  wanted: boolean,
  outside: Models["outside"],
  problems: string[],
): Models | undefined {
  const said = (name: string): string => variables[name]?.trim() ?? "";
  if (!wanted) {
    // With an explicit no, the names may stay for later; without any setting it may have been forgotten.
    for (const name of said("CALLBOARD_POST_PROCESSING") ? [] : modelVariables)
      if (said(name)) problems.push(`${name} belongs to CALLBOARD_POST_PROCESSING=true, which is not set`);
    return undefined;
  }
  const named = (name: keyof typeof forms): Model | undefined => {
    const model = readModel(said(name));
    if (!said(name)) problems.push(`${name} is missing: CALLBOARD_POST_PROCESSING=true needs ${forms[name]}`);
    else if (!model) problems.push(`${name} is not ${forms[name]}`);
    return model;
  };
  const text = named("CALLBOARD_TEXT_MODEL");
  const image = said("CALLBOARD_IMAGE_MODEL") === "none" ? undefined : named("CALLBOARD_IMAGE_MODEL");
  const why = image && whyNoPictures(image);
  if (why)
    problems.push(
      `CALLBOARD_IMAGE_MODEL: ${image.text} ${why}; name one such as stability.stable-image-core-v1:1, or none`,
    );
  if (outsideVariables.filter(said).length === 1)
    problems.push("CALLBOARD_MODEL_URL and CALLBOARD_MODEL_NAME name a model outside AWS together");
  return text && { text, ...(image ? { image } : {}), ...(outside ? { outside } : {}) };
}
