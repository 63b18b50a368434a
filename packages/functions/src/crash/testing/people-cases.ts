import type { Unnumbered } from "./person.ts";
import { request, subject } from "./scene.ts";
import type { UseCase } from "./use-case.ts";
import { channelsOf } from "./world.ts";

const onRequest = (name: string, message: object): UseCase => ({
  name,
  of: ["socket", message["type" as keyof typeof message]],
  prepare: (scene) => scene.asked(),
  act: ({ ana }) => ana.say({ requestId: request(), ...message } as Unnumbered),
  ends: ["open"],
});

const [watch, work, inbox] = channelsOf(subject, "ana");

/** What people do besides answering. */
export const people: readonly UseCase[] = [
  onRequest("attention", { type: "attend", state: "reviewing" }),
  {
    ...onRequest("announcing attention", { type: "attend", state: "shown" }),
    of: ["ingest", "Attention Changed"],
  },
  onRequest("an extended deadline", { type: "extend", deadline: Date.UTC(2026, 0, 1, 0, 30) }),
  {
    name: "a reassignment",
    alike: true,
    of: ["socket", "reassign"],
    prepare: async ({ progress, asked }) => {
      progress("mp4", "started", { owners: ["user/ana"] });
      await asked();
    },
    act: ({ ana }) => ana.say({ type: "reassign", requestId: request(), assignees: ["user/bob"] }),
    ends: ["open"],
  },
  {
    name: "announcing a reassignment",
    of: ["ingest", "Request Changed"],
    prepare: async ({ progress, asked }) => {
      progress("mp4", "started", { owners: ["user/ana"] });
      await asked();
    },
    act: ({ ana }) => ana.say({ type: "reassign", requestId: request(), assignees: ["user/bob"] }),
    ends: ["open"],
  },
  {
    name: "a subscription",
    of: ["socket", "subscribe"],
    prepare: ({ asked }) => asked(),
    act: ({ bob }) => bob.follow(watch!),
    ends: ["open"],
  },
  {
    name: "the end of a subscription",
    of: ["socket", "unsubscribe"],
    prepare: ({ asked }) => asked(),
    act: ({ ana }) => ana.unfollow(inbox!),
    ends: ["open"],
  },
  {
    name: "a connection",
    of: ["socket", "connect"],
    prepare: ({ asked }) => asked(),
    act: async ({ ana, world }) => {
      const more = await world.arrive(ana.caller, "more");
      await more.follow(work!);
    },
    ends: ["open"],
  },
  {
    name: "a person's first connection",
    of: ["socket", "connect"],
    act: async ({ ana, ask, world }) => {
      await world.arrive({ ...ana.caller, id: "eve", name: "Eve Adams" }, "new");
      ask();
    },
    ends: ["open"],
  },
  {
    name: "a person's first connection, with an address",
    of: ["socket", "connect"],
    act: async ({ ana, ask, world }) => {
      const contact = { address: "eve@shop.example", lang: "ja", zone: "Asia/Tokyo" } as const;
      const roles = ["role/editors", "role/legal"] as const;
      await world.arrive({ ...ana.caller, id: "eve", name: "Eve Adams", roles, contact }, "new");
      ask();
    },
    ends: ["open"],
  },
  {
    name: "the end of a connection with attention",
    of: ["socket", "disconnect"],
    prepare: async ({ asked, ana }) => {
      await asked();
      await ana.say({ type: "attend", requestId: request(), state: "reviewing" });
    },
    act: ({ ana }) => ana.leave(),
    ends: ["open"],
  },
  {
    name: "the end of a connection",
    of: ["socket", "disconnect"],
    act: async ({ ana, ask }) => {
      await ana.leave();
      ask();
    },
    ends: ["open"],
  },
];
