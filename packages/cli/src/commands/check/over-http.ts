import type { HttpError, RequestId } from "@callboard/protocol";
import { broken } from "./finding.ts";
import type { Held } from "./steps.ts";
import type { Target } from "./target.ts";

const answerMs = 10_000;

/** What the HTTP API answers; undefined where it is not known, or does not answer. */
export async function askOverHttp(
  { httpUrl, token }: Pick<Target, "httpUrl" | "token">,
  path: string,
): Promise<{ readonly status: number; readonly body: unknown } | undefined> {
  if (httpUrl === undefined) return undefined;
  const answer = await fetch(`${httpUrl}${path}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(answerMs),
  }).catch(() => undefined);
  return answer && { status: answer.status, body: await answer.json().catch(() => undefined) };
}

/** Reads the question over HTTP, by which scripts and buttons in chats answer it. */
export async function overHttp(target: Target, requestId: RequestId): Promise<Held<void>> {
  const answer = await askOverHttp(target, `/requests/${requestId}`);
  if (answer?.status === 200) return { value: undefined, detail: "shows the question" };
  if (!answer)
    throw broken(
      `${target.httpUrl} does not answer`,
      "HTTP_URL is wrong, or a network is between",
      "the output http of sst deploy",
    );
  const { code, details } = (answer.body as Partial<HttpError> | undefined)?.error ?? {};
  const what = `the HTTP API answers ${answer.status}${code === undefined ? "" : `, ${code}`}`;
  if (code === "internal")
    throw broken(
      what,
      "the role of requests lacks a permission on the table, or the table is not there",
      `the log of requests, where correlationId is ${String(details?.correlationId)}`,
    );
  throw broken(
    what,
    answer.status < 500
      ? "authorize-http does not take the token that authorize takes, or HTTP_URL is another API's"
      : "authorize-http or requests fails before it answers",
    "the logs of authorize-http and requests, and the access log of the HTTP API",
  );
}
