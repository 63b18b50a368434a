/** The account and Region of embedded services, for their ARNs. */
export interface Place {
  /** A region's code, such as `us-east-1`. */
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
}

/** The defaults. */
export const defaultPlace: Place = { region: "us-east-1", accountId: "000000000000" };

/**
 * The ARN of a resource at a place: `arnOf(place, "lambda", "function:probe")`
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
 */
export function arnOf({ region, accountId }: Place, service: string, resource: string): string {
  // IAM has no Region.
  return `arn:aws:${service}:${service === "iam" ? "" : region}:${accountId}:${resource}`;
}

/** The name of the function in a function's ARN; undefined for any other ARN. */
export function functionNameOf(arn: string): string | undefined {
  return /^arn:aws[^:]*:lambda:[^:]*:\d*:function:([^:]+)/.exec(arn)?.[1];
}

/** The plain name of a function, from a name, a partial or a full ARN, each with or without a qualifier. */
export function functionName(text: string): string {
  return /(?:^|:)function:([^:]+)/.exec(text)?.[1] ?? text.split(":")[0] ?? text;
}
