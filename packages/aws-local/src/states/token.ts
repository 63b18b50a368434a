/**
 * A task token names its execution and carries a secret: base64url of `<execution ARN> <secret>`. It must be looked
 * up before it is believed.
 */
export function taskToken(executionArn: string, secret: string): string {
  return Buffer.from(`${executionArn} ${secret}`).toString("base64url");
}

/** The execution that a token names, or undefined for what never was a token. */
export function executionOfToken(token: string): string | undefined {
  if (!/^[\w-]+$/.test(token)) return undefined;
  const [arn, secret, ...more] = Buffer.from(token, "base64url").toString("utf8").split(" ");
  const isToken = arn?.startsWith("arn:") && secret !== undefined && secret !== "" && more.length === 0;
  return isToken ? arn : undefined;
}
