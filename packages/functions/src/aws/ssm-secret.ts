import type { Ssm } from "./clients.ts";

/**
 * A secret that may change while a process runs. Called without an argument, it returns the value that the process has.
 * Called with a value that was refused, it returns the current one, which may be the same.
 */
export type Secret = (refused?: string) => Promise<string>;

/**
 * An SSM parameter, read when first needed and again after its value was refused; concurrent callers share one read.
 * Rejects as the service does; after a failed read, the next call reads again.
 */
export function ssmSecret(ssm: Ssm, name: string): Secret {
  let known: string | undefined;
  let reading: Promise<string> | undefined;

  async function read(): Promise<string> {
    // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
    const { Parameter } = await ssm.call("AmazonSSM.GetParameter", { Name: name, WithDecryption: true });
    const { Value: value } = (Parameter ?? {}) as { Value?: unknown };
    if (typeof value !== "string" || value === "") throw new Error("the parameter has no value");
    known = value;
    return value;
  }

  return async (refused) => {
    if (known !== undefined && known !== refused) return known;
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
}
