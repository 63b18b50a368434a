/** Where embedded services say that they are: what stands in their ARNs. */
export interface Place {
  /** A region's code, such as `us-east-1`. */
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
}

/** Where they are unless they are told. */
export const defaultPlace: Place = { region: "us-east-1", accountId: "000000000000" };

/**
 * The ARN of what a service holds there: `arnOf(place, "lambda", "function:probe")`
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
 */
export function arnOf({ region, accountId }: Place, service: string, resource: string): string {
  // IAM is of no region.
  return `arn:aws:${service}:${service === "iam" ? "" : region}:${accountId}:${resource}`;
}

/** The name of the function that an ARN is of; undefined for the ARN of anything else. */
export function functionNameOf(arn: string): string | undefined {
  return /^arn:aws[^:]*:lambda:[^:]*:\d*:function:([^:]+)/.exec(arn)?.[1];
}

/** The function's own name out of a name, a partial or a whole ARN, each with or without a qualifier. */
export function functionName(text: string): string {
  return /(?:^|:)function:([^:]+)/.exec(text)?.[1] ?? text.split(":")[0] ?? text;
}
