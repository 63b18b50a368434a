import { expect, it } from "vitest";
import { videosApi } from "./videos-api.ts";

const httpUrl = "https://abc.execute-api.us-east-1.amazonaws.com";
function api(answer: () => Response | Promise<Response>) {
  const requests: { url: string; init: RequestInit | undefined }[] = [];
  const fetch = async (input: URL | RequestInfo, init?: RequestInit) => {
    requests.push({ url: String(input), init });
    return answer();
  };
  return { requests, api: videosApi({ httpUrl, token: async () => "jwt", fetch, newId: () => "up-1" }) };
}

it("lists videos with the token in the header", async () => {
  const video = { videoId: "v_1", subject: "video/v_1", name: "talk.mp4", startedAt: 1 };
  const { api: videos, requests } = api(() =>
    Response.json({ videos: [{ ...video, video: { url: "http://s3/a", expiresAt: 2 } }] }),
  );
  expect(await videos.list()).toEqual({
    ok: true,
    value: [{ ...video, videoUrl: "http://s3/a", captionsUrl: undefined }],
  });
  expect(requests).toMatchObject([
    { url: `${httpUrl}/videos`, init: { method: "GET", headers: { authorization: "Bearer jwt" } } },
  ]);
});

it.each<[string, object, string]>([
  [
    "which field is wrong",
    { code: "bad_message", details: { issues: ["files.0: The file is over 5 GB"] } },
    "The file is over 5 GB.",
  ],
  [
    "what has not arrived",
    { code: "nothing_uploaded", details: { fileName: "a.mp4" } },
    "a.mp4 has not arrived yet.",
  ],
  [
    "how long to wait",
    { code: "rate_limited", details: { retryAfterMs: 90_000 } },
    "You have sent many videos. Try again in 2 min.",
  ],
  [
    "why it cannot go on",
    { code: "not_redrivable", details: { reason: "ended_well" } },
    "It has ended well: there is nothing to try again.",
  ],
  ["that one may not", { code: "forbidden" }, "You may not do that."],
  ["that it went wrong", { code: "internal" }, "Something went wrong on the server (500). Try again."],
])("says in words %s", async (_, error, message) => {
  const { api: videos } = api(() => Response.json({ error: { message: "", ...error } }, { status: 400 }));
  const result = await videos.prepare([{ name: "a.vtt", size: 1, type: "" }], "up-1");
  expect(result).toMatchObject({ ok: false, error: { message, code: (error as { code: string }).code } });
});

it("names the upload, and what the browser takes each file for, when preparing", async () => {
  const { api: videos, requests } = api(() =>
    Response.json({ videoId: "v_1", subject: "video/v_1", uploads: [] }),
  );
  const uploadId = videos.newUploadId();
  expect((await videos.prepare([{ name: "a.vtt", size: 1, type: "" }], uploadId)).ok).toBe(true);
  expect(JSON.parse(String(requests[0]?.init?.body))).toEqual({
    uploadId: "up-1",
    files: [{ name: "a.vtt", size: 1, type: "" }],
  });
});

it("stops a video and lets it go on", async () => {
  const { api: videos, requests } = api(() => Response.json({ subject: "video/v_1" }));
  const done = { ok: true, value: { subject: "video/v_1" } };
  expect([await videos.stop("v_1"), await videos.retry("v_1")]).toEqual([done, done]);
  expect(requests.map(({ url, init }) => `${init?.method} ${new URL(url).pathname}`)).toEqual([
    "POST /videos/v_1/stop",
    "POST /videos/v_1/retry",
  ]);
});

it.each([
  ["an error page", () => new Response("<html>", { status: 502 }), "internal"],
  ["the gateway's own refusal", () => Response.json({ message: "Forbidden" }, { status: 403 }), "forbidden"],
  ["an expired token", () => new Response("", { status: 401 }), "unauthorized"],
  [
    "no network, or an answer that another origin may not read",
    () => Promise.reject(new TypeError("fetch failed")),
    "unreachable",
  ],
  ["an answer of another shape", () => Response.json({ what: 1 }), "unreachable"],
])("turns %s into words", async (_, answer, code) => {
  const result = await api(answer).api.list();
  expect(result.ok ? undefined : result.error.code).toBe(code);
});
