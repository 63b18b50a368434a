import { isObject } from "../json.ts";

/** The answer of a Lambda proxy integration. */
export interface ProxyResult {
  statusCode: number;
  /** By lower-case name. */
  headers: ReadonlyMap<string, string>;
  /** Decoded from base64 if necessary; undefined if the integration returned none. */
  body: string | Buffer | undefined;
}

/**
 * Reads the return value of a Lambda proxy integration; undefined if it does not have AWS's required shape.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-simple-proxy-for-lambda-output-format.html
 */
export function readProxyResult(value: unknown): ProxyResult | undefined {
  if (!isObject(value)) return undefined;
  const { statusCode, headers, body, isBase64Encoded } = value;
  if (!Number.isInteger(statusCode)) return undefined;
  if (body !== undefined && body !== null && typeof body !== "string") return undefined;
  return {
    statusCode: statusCode as number,
    headers: new Map(
      Object.entries(isObject(headers) ? headers : {}).map(([name, one]) => [
        name.toLowerCase(),
        String(one),
      ]),
    ),
    body:
      typeof body === "string" && isBase64Encoded === true
        ? Buffer.from(body, "base64")
        : (body ?? undefined),
  };
}
