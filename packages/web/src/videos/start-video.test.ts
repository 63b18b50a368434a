import { expect, it } from "vitest";
import type { ApiError } from "./api-error.ts";
import type { putFile } from "./put-file.ts";
import { startVideo } from "./start-video.ts";
import type { VideosApi } from "./videos-api.ts";

const unreachable: ApiError = { code: "unreachable" };
const captions = { name: "a.vtt", size: 6, type: "text/vtt" } as File;

/** A start whose calls fail as given, in turn; returns the calls, and how it ended. */
async function start(fails: { prepare?: ApiError[]; put?: ApiError[]; start?: ApiError[] }) {
  const calls: string[] = [];
  let signed = 0;
  const turn = <T>(name: keyof typeof fails, value: T) => {
    const error = fails[name]?.shift();
    return error ? { ok: false as const, error } : { ok: true as const, value };
  };
  const api = {
    newUploadId: () => "up-1",
    prepare: async (_, uploadId) => {
      calls.push(`prepare ${uploadId}`);
      const upload = { kind: "captions" as const, url: `url-${++signed}`, headers: {}, expiresAt: 1 };
      return turn("prepare", { videoId: "v_1" as const, subject: "video/v_1", uploads: [upload] });
    },
    start: async (videoId) => {
      calls.push(`start ${videoId}`);
      return turn("start", { subject: "video/v_1" });
    },
  } as Partial<VideosApi> as VideosApi;
  const put: typeof putFile = async (_, { url }) => {
    calls.push(`put ${url}`);
    return turn("put", undefined);
  };
  const files = { video: undefined, captions };
  const result = await startVideo(api, files, 60, () => {}, new AbortController().signal, put);
  return { calls, result };
}

it("prepares, uploads and starts", async () => {
  expect(await start({})).toEqual({
    calls: ["prepare up-1", "put url-1", "start v_1"],
    result: { ok: true, value: { subject: "video/v_1" } },
  });
});

it.each([{ code: "upload_again" }, { code: "storage_unreachable" }])(
  "signs the same upload again once when its URL expired or the network failed: %j",
  async (error) => {
    expect((await start({ put: [error] })).calls).toEqual([
      "prepare up-1",
      "put url-1",
      "prepare up-1",
      "put url-2",
      "start v_1",
    ]);
    const twice = await start({ put: [error, error] });
    expect([twice.calls.length, twice.result]).toEqual([4, { ok: false, error }]);
  },
);

it("repeats with the same id without an answer", async () => {
  expect((await start({ prepare: [unreachable], start: [unreachable] })).calls).toEqual([
    "prepare up-1",
    "prepare up-1",
    "put url-2",
    "start v_1",
    "start v_1",
  ]);
});

it("gives up after a refusal or an abort", async () => {
  for (const code of ["upload_refused", "cancelled"]) {
    const { calls, result } = await start({ put: [{ code }] });
    expect([calls.length, result.ok]).toEqual([2, false]);
  }
});
