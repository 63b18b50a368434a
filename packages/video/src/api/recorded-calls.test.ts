import { readFileSync } from "node:fs";
import { videoRoutes } from "@callboard/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type IamCall, iamCallsOf, inOrder, noteCall, writeRecording } from "../testing/iam-calls.ts";
import { videosStage } from "../testing/videos-stage.ts";

/** `CALLBOARD_WRITE_CALLS=1` writes it again; tests/stacks compares it with what a stage's roles allow. */
const file = new URL("./recorded-calls.json", import.meta.url);

type Stage = Awaited<ReturnType<typeof videosStage>>;

const captions = { files: [{ name: "a.vtt", size: 6 }] };

/** The requests to each route, also about missing objects; only those made with `act` are recorded. */
const asked: Readonly<Record<string, (stage: Stage, act: Act) => Promise<void>>> = {
  async "GET /videos"(stage, act) {
    const videoId = await stage.upload();
    await stage.post(`/videos/${videoId}/start`);
    await act(200, "/videos", "GET");
  },
  async "POST /videos"(_, act) {
    await act(200, "/videos", "POST", captions);
    await act(200, "/videos", "POST", { ...captions, uploadId: "page-1" });
    await act(200, "/videos", "POST", { ...captions, uploadId: "page-1" });
  },
  async "POST /videos/sample"(_, act) {
    await act(200, "/videos/sample", "POST", {});
  },
  async "POST /videos/{id}/start"(stage, act) {
    await act(404, "/videos/v_none/start", "POST", {});
    const { body } = await stage.post("/videos", captions);
    const { videoId: empty } = body as { videoId: string };
    await act(409, `/videos/${empty}/start`, "POST", {});
    const videoId = await stage.upload();
    await act(200, `/videos/${videoId}/start`, "POST", {});
    await act(200, `/videos/${videoId}/start`, "POST", {});
  },
  async "POST /videos/{id}/stop"(stage, act) {
    await act(404, "/videos/v_none/stop", "POST", {});
    const videoId = await stage.upload();
    await stage.post(`/videos/${videoId}/start`);
    await act(200, `/videos/${videoId}/stop`, "POST", {});
  },
  async "POST /videos/{id}/retry"(stage, act) {
    await act(404, "/videos/v_none/retry", "POST", {});
    const videoId = await stage.upload();
    await stage.post(`/videos/${videoId}/start`);
    await stage.post(`/videos/${videoId}/stop`);
    await act(200, `/videos/${videoId}/retry`, "POST", {});
  },
};

/** Makes a request that is recorded, and expects this status. */
type Act = (status: number, path: string, method: string, body?: object) => Promise<void>;

let stage: Stage;
const recorded: Record<string, IamCall[]> = {};
beforeAll(async () => {
  stage = await videosStage();
  for (const [route, ask] of Object.entries(asked)) {
    const noted: IamCall[] = [];
    await ask(stage, async (status, path, method, body) => {
      const from = stage.commands.length;
      expect([route, (await stage.send(method, path, body)).status]).toEqual([route, status]);
      for (const { name, input } of stage.commands.slice(from))
        for (const call of iamCallsOf(name, input)) noteCall(noted, withoutTime(call));
    });
    recorded[route] = inOrder(noted);
  }
}, 60_000);
afterAll(() => stage.close());

/** Keys of lists begin with the time, which differs in every run. */
const withoutTime = ({ of, ...call }: IamCall): IamCall =>
  of === undefined ? call : { ...call, of: of.replace(/\/\d{13}_/, "/8000000000000_") };

it("makes calls for these objects and runs, which the policies of a deployment are checked against", () => {
  writeRecording(file, { Videos: recorded });
  expect({ Videos: recorded }).toEqual(JSON.parse(readFileSync(file, "utf8")));
});

it("covers every route", () => {
  const routes = Object.values(videoRoutes).map(({ method, path }) => `${method} ${path}`);
  expect(Object.keys(asked).sort()).toEqual(routes.sort());
});
