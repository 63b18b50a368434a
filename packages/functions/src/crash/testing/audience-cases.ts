import type { Scene } from "./scene.ts";
import { MINUTE, subject } from "./scene.ts";
import type { UseCase } from "./use-case.ts";
import { channelsOf } from "./world.ts";

const [watch] = channelsOf(subject, "ana");

/** A channel with an audience that is spread over shards. */
const spread = async ({ world, progress }: Scene) => {
  progress("mp4", "started");
  await world.pump();
  await world.stores.heads.spread(watch!, 1, 4);
};

/** Work for viewers, for few and for many. */
export const audiences: readonly UseCase[] = [
  {
    name: "a count of viewers",
    of: ["ingest", "Audience Due"],
    prepare: async ({ world, progress }) => {
      progress("mp4", "started");
      await world.settle(MINUTE);
    },
    act: ({ bob }) => bob.follow(watch!),
  },
  {
    name: "a large audience",
    of: ["fanout", "Fan-out Page"],
    prepare: spread,
    act: async ({ progress }) => progress("mp4", "succeeded"),
  },
  {
    name: "progress for a large audience",
    of: ["ingest", "Progress Reported"],
    prepare: spread,
    act: async ({ progress }) => progress("mp4", "succeeded"),
  },
  {
    name: "progress that waits for a push together with others",
    of: ["ingest", "Progress Reported"],
    prepare: async ({ world, progress }) => {
      progress("mp4", "started");
      await world.pump();
    },
    act: async ({ progress }) => progress("mp4", "running", { percent: 50 }),
  },
  {
    name: "a viewer's heartbeat",
    of: ["socket", "ping"],
    prepare: async ({ world, progress }) => {
      progress("mp4", "started");
      await world.settle(MINUTE);
    },
    act: ({ ana }) => ana.catchUp(),
  },
];

/** Rare work for viewers: its calls are recorded, but no faults are injected. */
export const rareAudiences: readonly UseCase[] = [
  {
    name: "a large audience with a closed connection",
    of: ["fanout", "Fan-out Page"],
    prepare: async (scene) => {
      await scene.bob.follow(watch!);
      await spread(scene);
      // After this no count is due any more.
      await scene.world.settle(MINUTE);
      scene.bob.vanish();
    },
    act: async ({ progress }) => progress("mp4", "succeeded"),
  },
  {
    name: "a large audience that takes more than one invocation",
    of: ["fanout", "Fan-out Page"],
    postsPerSecond: 0.1,
    prepare: async (scene) => {
      for (const device of ["a", "b", "c", "d"]) {
        const one = await scene.world.arrive(scene.bob.caller, device);
        await one.follow(watch!);
      }
      await spread(scene);
    },
    act: async ({ progress }) => progress("mp4", "succeeded"),
  },
];
