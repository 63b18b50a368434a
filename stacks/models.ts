/** A model of Bedrock, as a setting names it; `text` is its name in calls. */
export type Model =
  /** A model of this Region, on demand. */
  | { readonly kind: "foundation"; readonly text: string; readonly model: string; readonly region?: string }
  /** A model in several Regions, by one of Bedrock's own profiles such as `eu.anthropic.…`. */
  | {
      readonly kind: "profile";
      readonly text: string;
      readonly profile: string;
      readonly model: string;
      readonly region?: string;
    }
  /** A model or profile that an account has created: only Bedrock knows what it is based on. */
  | { readonly kind: AccountKind; readonly text: string; readonly arn: string; readonly region: string };

export type AccountKind =
  | "application-inference-profile"
  | "provisioned-model"
  | "imported-model"
  | "custom-model-deployment";

/** The geographies of Bedrock's inference profiles; `global` is any commercial Region. */
const geographies = ["us", "eu", "apac", "jp", "au", "ca", "global"] as const;

const profileId = new RegExp(`^(?:${geographies.join("|")})\\.([a-z0-9-]+\\.[a-z0-9.:-]+)$`);
const foundationId = /^[a-z0-9-]{1,63}\.[a-z0-9-]+(?:[.:][a-z0-9-]+)*$/;
const bedrockArn = /^arn:aws[\w-]*:bedrock:([a-z0-9-]+):(\d{12})?:([a-z-]+)\/([\w.:-]{1,200})$/;

/**
 * Reads a setting: the id of a model or an inference profile, or the ARN of either, of an application inference profile,
 * or of a provisioned, imported or deployed custom model. Undefined for anything else.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export function readModel(text: string): Model | undefined {
  const [, region, account, type, id] = bedrockArn.exec(text) ?? [];
  if (region && type && id) {
    const named = type === "foundation-model" || type === "inference-profile" ? byId(id) : undefined;
    if (named) {
      const expected = named.kind === "profile" ? "inference-profile" : "foundation-model";
      return type === expected && Boolean(account) === (named.kind === "profile")
        ? { ...named, text, region }
        : undefined;
    }
    return account && isAccountKind(type) ? { kind: type, text, arn: text, region } : undefined;
  }
  return byId(text);
}

function byId(id: string): Extract<Model, { model: string }> | undefined {
  const [, model] = profileId.exec(id) ?? [];
  if (model) return { kind: "profile", text: id, profile: id, model };
  if (geographies.some((geography) => id.startsWith(`${geography}.`))) return undefined;
  return foundationId.test(id) ? { kind: "foundation", text: id, model: id } : undefined;
}

const accountKinds: readonly string[] = [
  "application-inference-profile",
  "provisioned-model",
  "imported-model",
  "custom-model-deployment",
] satisfies AccountKind[];
const isAccountKind = (type: string): type is AccountKind => accountKinds.includes(type);

/** A model's name for people: ARNs are long. */
export const labelOf = (model: Model): string =>
  "model" in model ? model.model : model.arn.slice(model.arn.lastIndexOf(":") + 1);

/**
 * Why a model cannot draw pictures, undefined if it can. The request body, `{prompt, aspect_ratio, output_format}`, is
 * that of Stability's text-to-image models; their others change pictures, and Amazon's have reached their end of life
 * (https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html).
 */
export function whyNoPictures(model: Model): string | undefined {
  if (!("model" in model))
    return "does not say which model it leads to, and each family has another request format";
  if (/^amazon\.(nova-canvas|titan-image)/.test(model.model))
    return "has reached its end of life: Bedrock has no image model of Amazon any more";
  if (/^stability\.(stable-image-(core|ultra)|sd3)-/.test(model.model)) return undefined;
  return model.model.startsWith("stability.")
    ? "changes pictures and cannot draw one from a description"
    : "is of a family whose picture requests are not supported here";
}

/** A policy statement's parts that let a role call a model. */
export interface ModelStatement {
  readonly resources: readonly string[];
  /** If set, the resources may be called only through this profile. */
  readonly through?: string;
}

/**
 * The permissions to call a model, from a Region of an account. A profile is allowed itself, and its models in each of
 * its Regions, only through the profile; the global one also calls its model without a Region.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
 * https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html
 */
export function statementsFor(
  model: Model,
  here: { readonly partition: string; readonly region: string; readonly account: string },
): ModelStatement[] {
  const of = (region: string, account: string, name: string) =>
    `arn:${here.partition}:bedrock:${region}:${account}:${name}`;
  if (model.kind === "foundation")
    return [{ resources: [of(here.region, "", `foundation-model/${model.model}`)] }];
  if (model.kind === "profile") {
    const through = of(here.region, here.account, `inference-profile/${model.profile}`);
    const name = `foundation-model/${model.model}`;
    const anywhere = model.profile.startsWith("global.") ? [of("", "", name)] : [];
    return [{ resources: [through] }, { resources: [of("*", "", name), ...anywhere], through }];
  }
  if (model.kind === "application-inference-profile")
    return [
      { resources: [model.arn] },
      {
        resources: [of("*", "", "foundation-model/*"), of("", "", "foundation-model/*")],
        through: model.arn,
      },
    ];
  return [{ resources: [model.arn] }];
}
