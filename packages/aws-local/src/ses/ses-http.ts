import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError, type HttpService } from "../endpoint/aws-json.ts";
import { readAtMost } from "../endpoint/read-at-most.ts";
import { StoreFailure } from "../store/store.ts";
import { LostAnswer } from "./faults.ts";
import { MAX_MAIL_SIZE } from "./mail.ts";
import type { suppressionList } from "./suppression.ts";

interface Operations {
  sendEmail(input: unknown): Promise<object>;
  account(): object;
  readonly suppression: ReturnType<typeof suppressionList>;
}

/** A mail in base64, with its envelope. */
const MAX_BODY_SIZE = Math.ceil((MAX_MAIL_SIZE * 4) / 3) + 1024 * 1024;

const ADDRESSES = "/v2/email/suppression/addresses";

/**
 * The embedded part of SES v2's REST API. A request must have a SigV4 `Authorization` header; the signature itself is not
 * checked. Its server has already refused foreign requests.
 */
export function sesService(operations: Operations): HttpService {
  return async (request, response) => {
    response.setHeader("x-amzn-requestid", randomUUID());
    try {
      if (!request.headers.authorization?.startsWith("AWS4-HMAC-SHA256 "))
        throw new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", 403);
      const body = await readAtMost(request, MAX_BODY_SIZE);
      if (body === "aborted") return;
      if (body === "too_large")
        throw new AwsError("RequestEntityTooLargeException", `body over ${MAX_BODY_SIZE} bytes`, 413);
      answer(response, 200, await perform(operations, request, body));
    } catch (cause) {
      if (cause instanceof LostAnswer) {
        request.socket.destroy();
        return;
      }
      // The owner of the store reports that it cannot write.
      if (!(cause instanceof AwsError) && !(cause instanceof StoreFailure)) console.error(cause);
      const known = cause instanceof AwsError ? cause : UNKNOWN;
      response.setHeader("x-amzn-errortype", known.code);
      answer(response, known.status, { message: known.message });
    }
  };
}

const UNKNOWN = new AwsError("InternalServiceErrorException", "internal error", 500);

async function perform(operations: Operations, request: IncomingMessage, body: Buffer): Promise<object> {
  const { pathname, searchParams } = new URL(`http://ses${request.url}`);
  const { suppression } = operations;
  switch (`${request.method} ${pathname}`) {
    case "POST /v2/email/outbound-emails":
      return operations.sendEmail(parse(body));
    case "GET /v2/email/account":
      return operations.account();
    case `PUT ${ADDRESSES}`:
      return suppression.put(parse(body));
    case `GET ${ADDRESSES}`:
      return suppression.page(searchParams);
  }
  const address = pathname.startsWith(`${ADDRESSES}/`)
    ? decode(pathname.slice(ADDRESSES.length + 1))
    : undefined;
  if (address !== undefined && request.method === "GET") return suppression.get(address);
  if (address !== undefined && request.method === "DELETE") return suppression.remove(address);
  throw new AwsError("UnknownOperationException", `${request.method} ${pathname} is not served here`, 404);
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8") || "{}");
  } catch {
    throw new AwsError("BadRequestException", "The body is not JSON.");
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError("BadRequestException", "EmailAddress is not an email address.");
  }
}
