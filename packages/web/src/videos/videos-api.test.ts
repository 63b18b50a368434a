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

it("passes on the server's refusals, with their details", async () => {
  const error = { code: "nothing_uploaded", message: "", details: { fileName: "a.mp4" } };
  const { api: videos } = api(() => Response.json({ error }, { status: 409 }));
  expect(await videos.start("v_1", 60)).toEqual({
    ok: false,
    error: { code: "nothing_uploaded", details: { fileName: "a.mp4", status: 409 } },
  });
});

it("sends the upload's id, and each file's media type, when preparing", async () => {
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

it("stops a video and resumes it", async () => {
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
])("gives %s a code", async (_, answer, code) => {
  const result = await api(answer).api.list();
  expect(result.ok ? undefined : result.error.code).toBe(code);
});
