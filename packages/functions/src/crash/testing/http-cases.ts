import type { Caller } from "@callboard/core";
import { type HttpEventOptions, httpEvent } from "../../testing/http-events.ts";
import type { FakeMailDoor } from "./mail.ts";
import { MINUTE, request, type Scene } from "./scene.ts";
import type { UseCase } from "./use-case.ts";
import type { World } from "./world.ts";

const ana: Caller = {
  id: "ana",
  name: "ana",
  roles: [],
  capabilities: ["watch:*", "work:*"],
  expiresAt: Date.UTC(2100),
};

/** A request to the HTTP API, which gives this answer. */
const asking = (
  name: string,
  options: HttpEventOptions,
  status: number,
  ends: readonly string[],
): UseCase => ({
  name,
  of: ["requests", `${options.method ?? "GET"} ${options.path}`],
  prepare: (scene) => scene.asked(),
  async act({ world }) {
    const answered = await world.http(httpEvent(ana, options));
    if (answered !== status) throw new Error(`${name} was answered ${answered}`);
  },
  ends,
});

const reply = (more: object) => ({
  method: "POST",
  path: `/requests/${request()}/replies`,
  body: { replyId: "r-http", round: 1, verb: "pick", candidateId: "a", ...more },
});

const withPicture = ({ progress }: Scene) =>
  progress("avatar", "succeeded", {
    data: { avatar: { object: { key: "avatars/v_1/a.png", mediaType: "image/png" } } },
  });

const withVideo = ({ progress }: Scene) =>
  progress("finish", "succeeded", {
    data: { media: { object: { key: "videos/v_1/video.mp4", mediaType: "video/mp4" } } },
  });

/** HTTP requests that make the same calls as messages over a connection. */
export const overHttp: readonly UseCase[] = [
  asking("a list", { path: "/requests" }, 200, ["open"]),
  asking("a view", { path: `/requests/${request()}` }, 200, ["open"]),
  asking("a reply over HTTP", reply({}), 200, ["relayed"]),
  {
    ...asking("a history", { path: "/history", query: "subject=video/v_1" }, 200, ["open"]),
    lists: "video",
    async prepare({ progress, asked }) {
      progress("mp4", "started");
      await asked();
    },
  },
  asking("a refused reply over HTTP", reply({ round: 7 }), 409, ["open"]),
];

/** A person who was notified by mail uses the mail's tokens, without signing in. */
const throughMail = (
  name: string,
  path: string,
  options: (mail: FakeMailDoor["mails"][number]) => HttpEventOptions,
  ends: readonly string[],
): UseCase => ({
  name,
  of: ["requests", `POST ${path}`],
  prepare: async ({ world, asked }) => {
    await world.reach("ana");
    await asked({ notifyAfterSeconds: 60 });
    await world.settle(3 * MINUTE);
  },
  async act({ world }) {
    const answered = await world.http(
      httpEvent(undefined, { method: "POST", path, ...options(world.mail.mails[0]!) }),
    );
    if (answered !== 200) throw new Error(`${name} was answered ${answered}`);
  },
  ends,
  notified: 1,
});

/** The requests that people make with the tokens of a mail. */
export const throughMails: readonly UseCase[] = [
  throughMail("a view by a link", "/answers/view", ({ tokens }) => ({ body: { token: tokens[0] } }), [
    "open",
  ]),
  throughMail(
    "an answer by a link",
    "/answers",
    ({ tokens }) => ({
      body: { token: tokens[0], reply: { replyId: "r-mail", round: 1, verb: "pick", candidateId: "a" } },
    }),
    ["relayed"],
  ),
  throughMail(
    "an unsubscription from mails",
    "/unsubscribe/{token}",
    ({ unsubscribeToken }) => ({ path: `/unsubscribe/${unsubscribeToken}` }),
    ["open"],
  ),
];

const schema = { type: "object", properties: { title: { type: "string" } }, required: ["title"] };

/** An answer that is checked by the question's schema; earlier refusals are read first. */
export const checkedAnswers: readonly UseCase[] = [
  {
    name: "an answer over HTTP",
    of: ["requests", `POST /requests/${request()}/replies`],
    prepare: (scene) => scene.asked({ verbs: ["answer"], schema }),
    async act({ world }) {
      const body = { replyId: "r-http", round: 1, verb: "answer", value: { title: "A title" } };
      await world.http(httpEvent(ana, { method: "POST", path: `/requests/${request()}/replies`, body }));
    },
    ends: ["relayed"],
  },
];

/** Searches for people by name, and people whose names change. */
export const names: readonly UseCase[] = [
  {
    name: "a search for people over HTTP",
    of: ["requests", "GET /people"],
    async prepare({ progress, asked, world }) {
      progress("mp4", "started", { owners: ["user/ana"] });
      await asked();
      await world.http(httpEvent({ ...ana, id: "eve", name: "Eve Adams" }));
    },
    async act({ world }) {
      const query = `request=${request()}&name=eve`;
      const answered = await world.http(httpEvent(ana, { path: "/people", query }));
      if (answered !== 200) throw new Error(`the search for people was answered ${answered}`);
    },
    ends: ["open"],
  },
  {
    name: "a changed name over HTTP",
    of: ["requests", "GET /requests"],
    async act({ world, ask }) {
      for (const name of ["Eve Adams", "Eve Baker"]) await world.http(httpEvent({ ...ana, id: "eve", name }));
      ask();
    },
    ends: ["open"],
  },
  {
    name: "a connection with a changed name",
    of: ["socket", "connect"],
    async act({ ana: { caller }, world, ask }) {
      for (const name of ["Eve Adams", "Eve Baker"])
        await world.arrive({ ...caller, id: "eve", name }, name.slice(4));
      ask();
    },
    ends: ["open"],
  },
];

const eve: Caller = { ...ana, id: "eve", name: "Eve Adams", contact: { address: "eve@shop.example" } };

/** Repeats a request until it is answered, like a person who presses a button again. */
async function insist(world: World, options: HttpEventOptions, status: number): Promise<void> {
  const answers = [];
  while (answers.at(-1) !== status && answers.length < 3)
    answers.push(await world.http(httpEvent(eve, options)));
  if (answers.at(-1) !== status) throw new Error(`${options.path} was answered ${answers}`);
}

const claim = { method: "POST", path: "/settings", body: { mail: { address: "eve@home.example" } } };

/** A person claims an address; a code is sent there. */
export const claimedAddress: UseCase = {
  name: "a claimed address",
  of: ["requests", "POST /settings"],
  act: ({ world }) => insist(world, claim, 200),
  puts: ["Address Claimed"],
  notified: 1,
  ends: [],
};

/** Settings for how people are reached. */
export const settings: readonly UseCase[] = [
  {
    name: "settings over HTTP",
    of: ["requests", "GET /settings"],
    act: ({ world }) => insist(world, { path: "/settings" }, 200),
    ends: [],
  },
  {
    name: "changed settings over HTTP",
    of: ["requests", "POST /settings"],
    prepare: ({ world }) => insist(world, { path: "/settings" }, 200),
    act: ({ world }) => insist(world, { ...claim, body: { lang: "ja" } }, 200),
    ends: [],
  },
  {
    name: "a wrong code",
    of: ["requests", "POST /settings/address"],
    prepare: ({ world }) => insist(world, { path: "/settings" }, 200),
    act: ({ world }) =>
      insist(world, { method: "POST", path: "/settings/address", body: { code: "000000" } }, 410),
    ends: [],
  },
  {
    name: "changed roles over HTTP",
    of: ["requests", "GET /requests"],
    async act({ world }) {
      for (const role of ["editors", "legal"] as const)
        await world.http(httpEvent({ ...eve, roles: [`role/${role}`] }));
    },
    ends: [],
  },
  {
    name: "a connection with changed roles",
    of: ["socket", "connect"],
    async act({ world }) {
      for (const role of ["editors", "legal"] as const)
        await world.arrive({ ...eve, roles: [`role/${role}`] }, role);
    },
    ends: [],
  },
];

/** Questions to a team; when such a question is closed, the team's row is removed. */
export const teams: readonly UseCase[] = [
  {
    name: "a reply over HTTP to a question to a team",
    of: ["requests", `POST /requests/${request()}/replies`],
    prepare: (scene) => scene.asked({ assignees: ["role/editors"] }),
    async act({ world }) {
      const editor = { ...ana, roles: ["role/editors" as const] };
      await world.http(httpEvent(editor, reply({})));
    },
    ends: ["relayed"],
  },
  {
    name: "the deadline of a question to a team",
    of: ["relay", "Request Due"],
    prepare: (scene) => scene.asked({ assignees: ["role/editors"], deadlineSeconds: 60 }),
    act: ({ world }) => world.settle(2 * MINUTE),
    ends: ["expired"],
  },
];

/** A subject with more entries than its head holds. */
export const fullSubjects: readonly UseCase[] = [
  {
    name: "a subscription to a subject with many entries",
    of: ["socket", "subscribe"],
    async prepare({ progress, world }) {
      for (let step = 0; step < 12; step++) {
        progress(`step-${step}`, "succeeded", { message: "word ".repeat(100) });
        await world.pump();
      }
    },
    act: ({ bob }) => bob.follow("watch:video/v_1"),
  },
];

/** Messages over a connection that make the same calls as a subscription. */
export const sameCalls: readonly UseCase[] = [
  {
    name: "a hello message",
    of: ["socket", "hello"],
    prepare: (scene) => scene.asked(),
    act: ({ bob }) => bob.say({ type: "hello", client: "test", channels: { "watch:video/v_1": { sub: 1 } } }),
    ends: ["open"],
  },
  {
    name: "a subscription to a list",
    of: ["socket", "subscribe"],
    lists: "video",
    prepare: (scene) => scene.asked(),
    act: ({ bob }) => bob.follow("list:video"),
    ends: ["open"],
  },
  {
    name: "the URL of an object",
    signs: true,
    of: ["socket", "resolve"],
    async prepare(scene) {
      withPicture(scene);
      await scene.world.pump();
    },
    act: ({ ana }) => ana.say({ type: "resolve", ref: "watch:video/v_1#avatar" }),
  },
  {
    name: "the URL of a released video",
    signs: true,
    of: ["socket", "resolve"],
    async prepare(scene) {
      withVideo(scene);
      await scene.world.pump();
    },
    act: ({ ana }) => ana.say({ type: "resolve", ref: "watch:video/v_1#media" }),
  },
];

/** Objects whose addresses are signed when they are sent: what is sent differs from what is stored. */
export const pictures: readonly UseCase[] = [
  {
    name: "a picture",
    signs: true,
    of: ["ingest", "Progress Reported"],
    async act(scene) {
      withPicture(scene);
      await scene.world.pump();
    },
  },
  {
    name: "a released video",
    signs: true,
    of: ["ingest", "Progress Reported"],
    async act(scene) {
      withVideo(scene);
      await scene.world.pump();
    },
  },
  {
    name: "a subscription to a picture",
    signs: true,
    of: ["socket", "subscribe"],
    async prepare(scene) {
      withPicture(scene);
      await scene.world.pump();
    },
    act: ({ bob }) => bob.follow("watch:video/v_1"),
  },
];
