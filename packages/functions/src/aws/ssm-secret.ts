import type { Ssm } from "./clients.ts";

/**
 * A secret that may change while a process runs. Called without anything it answers the value that the process knows;
 * called with a value that was refused, the one that stands there now, which may be the same.
 */
export type Secret = (refused?: string) => Promise<string>;

/**
 * A parameter of SSM, read when it is first asked for and again once its value was refused; whoever asks meanwhile waits
 * for the same answer. Rejects as the service does; what could not be read is read the next time.
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
