import { expect, it } from "vitest";
import { videosApi } from "./videos-api.ts";

const base = new URL("http://127.0.0.1:3000/creator.html");
function api(answer: () => Response | Promise<Response>) {
  const requests: { url: string; init: RequestInit | undefined }[] = [];
  const fetch = async (input: URL | RequestInfo, init?: RequestInit) => {
    requests.push({ url: String(input), init });
    return answer();
  };
  return { requests, api: videosApi(base, async () => "jwt", fetch) };
}

it("lists videos with the token in the header", async () => {
  const video = { videoId: "v_1", subject: "video/v_1", name: "talk.mp4", startedAt: "2026-05-01T12:00:00Z" };
  const { api: videos, requests } = api(() =>
    Response.json({ videos: [{ ...video, video: { url: "http://s3/a" } }] }),
  );
  expect(await videos.list()).toEqual({
    ok: true,
    value: [
      {
        videoId: "v_1",
        subject: "video/v_1",
        name: "talk.mp4",
        startedAt: Date.UTC(2026, 4, 1, 12),
        videoUrl: "http://s3/a",
        captionsUrl: undefined,
      },
    ],
  });
  expect(requests[0]).toMatchObject({
    url: "http://127.0.0.1:3000/dev/videos",
    init: { headers: { authorization: "Bearer jwt" } },
  });
});

it("passes on the server's own words when it refuses", async () => {
  const error = { code: "too_large", message: "The video is too large.", field: "files" };
  const { api: videos } = api(() => Response.json({ error }, { status: 400 }));
  expect(await videos.prepare([{ name: "a.vtt", size: 1, type: "" }])).toEqual({ ok: false, error });
});

it("names what the browser takes each file for when preparing an upload", async () => {
  const { api: videos, requests } = api(() =>
    Response.json({ videoId: "v", subject: "video/v", uploads: [] }),
  );
  await videos.prepare([{ name: "a.vtt", size: 1, type: "" }]);
  expect(JSON.parse(String(requests[0]?.init?.body))).toEqual({
    files: [{ name: "a.vtt", size: 1, type: "" }],
  });
});

it("stops a video and lets it go on", async () => {
  const { api: videos, requests } = api(() => Response.json({ subject: "video/v_1" }));
  const done = { ok: true, value: { subject: "video/v_1" } };
  expect([await videos.stop("v_1"), await videos.retry("v_1")]).toEqual([done, done]);
  expect(requests.map(({ url, init }) => `${init?.method} ${new URL(url).pathname}`)).toEqual([
    "POST /dev/videos/v_1/stop",
    "POST /dev/videos/v_1/retry",
  ]);
});

it.each([
  ["an error page", () => new Response("<html>", { status: 502 }), "internal"],
  ["an expired token", () => new Response("", { status: 401 }), "unauthorized"],
  ["no network", () => Promise.reject(new TypeError("fetch failed")), "unreachable"],
  ["an answer of another shape", () => Response.json({ what: 1 }), "unreachable"],
])("turns %s into words", async (_, answer, code) => {
  const result = await api(answer).api.list();
  expect(result.ok ? undefined : result.error.code).toBe(code);
});
