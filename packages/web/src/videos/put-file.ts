import type { ApiError } from "./api-error.ts";

type PutOutcome = { ok: true } | { ok: false; error: ApiError };

/** Uploads a file to a presigned URL and reports the progress (0 to 1). `signal` aborts it. */
export function putFile(
  file: Blob,
  upload: { url: string; headers?: Readonly<Record<string, string>> | undefined },
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<PutOutcome> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const fail = (error: ApiError) => resolve({ ok: false, error });
    request.open("PUT", upload.url);
    for (const [name, value] of Object.entries(upload.headers ?? {}))
      if (!forbiddenHeaders.has(name.toLowerCase())) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      // It is there already: an earlier attempt succeeded, but its answer was lost.
      const isThere = (request.status >= 200 && request.status < 300) || request.status === 412;
      if (isThere) return resolve({ ok: true });
      // The signature or its keys have expired, two uploads collided, or the storage is busy.
      const mayPass = request.status === 403 || request.status === 409 || request.status >= 500;
      const code = mayPass ? "upload_again" : "upload_refused";
      return fail({ code, details: { status: request.status } });
    });
    request.addEventListener("error", () => fail({ code: "storage_unreachable" }));
    request.addEventListener("abort", () => fail({ code: "cancelled" }));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    if (signal.aborted) fail({ code: "cancelled" });
    else request.send(file);
  });
}

/** Browsers set these themselves and do not allow changes. */
const forbiddenHeaders = new Set(["host", "content-length"]);
