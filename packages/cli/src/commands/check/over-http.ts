import type { HttpError, RequestId } from "@callboard/protocol";
import { broken } from "./finding.ts";
import type { Held } from "./steps.ts";
import type { Target } from "./target.ts";

const ANSWER_MS = 10_000;

/** The answer of the HTTP API; undefined when its address is unknown, or it does not answer. */
export async function askOverHttp(
  { httpUrl, token }: Pick<Target, "httpUrl" | "token">,
  path: string,
): Promise<{ readonly status: number; readonly body: unknown } | undefined> {
  if (httpUrl === undefined) return undefined;
  const answer = await fetch(`${httpUrl}${path}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch(() => undefined);
  return answer && { status: answer.status, body: await answer.json().catch(() => undefined) };
}

/** Reads the question over HTTP, as scripts and chat buttons do to answer it. */
export async function overHttp(target: Target, requestId: RequestId): Promise<Held<void>> {
  const answer = await askOverHttp(target, `/requests/${requestId}`);
  if (answer?.status === 200) return { value: undefined, detail: "shows the question" };
  if (!answer)
    throw broken(
      `${target.httpUrl} does not answer`,
      "HTTP_URL is wrong, or a network blocks it",
      "the output http of sst deploy",
    );
  const { code, details } = (answer.body as Partial<HttpError> | undefined)?.error ?? {};
  const what = `the HTTP API answers ${answer.status}${code === undefined ? "" : `, ${code}`}`;
  if (code === "internal")
    throw broken(
      what,
      "the role of requests lacks a permission on the table, or the table does not exist",
      `the log of requests; search for correlationId ${String(details?.correlationId)}`,
    );
  throw broken(
    what,
    answer.status < 500
      ? "authorize-http refuses the token that authorize accepts, or HTTP_URL belongs to another API"
      : "authorize-http or requests fails before it answers",
    "the logs of authorize-http and requests, and the access log of the HTTP API",
  );
}
