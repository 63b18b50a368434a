import { hooks, pluginManager } from "@callboard/protocol";
import { firstToken, MINUTE, type Scene, subject } from "./scene.ts";
import type { UseCase } from "./use-case.ts";
import { execution } from "./world.ts";

const hook = hooks[0];
const plugin = "duration";
const source = `serverlessVideo.plugin.${plugin}`;

/** A life cycle gives a plugin its turn. */
function ask({ world }: Scene, order: readonly number[] = [0, 1, 0], taskToken = firstToken): void {
  const timeoutSeconds = 3600;
  world.states.wait({ execution, taskToken, timeoutMs: timeoutSeconds * 1000 });
  const detail = { video: { id: "v_1", durationmillis: 60_000 } };
  world.report("Plugin Requested", { subject, hook, plugin, taskToken, order, timeoutSeconds, detail });
}

const asked = async (scene: Scene) => {
  ask(scene);
  await scene.world.pump();
};

/** The plugin answers. */
function complete({ world }: Scene, Message: unknown = { valid: true }): void {
  const turn = world.bus.put.find((event) => event.source === pluginManager)!;
  world.bus.accept(source, "plugin-complete", { TaskToken: turn.detail.taskToken, Message });
}

/** Turns of plugins, and their answers. */
export const plugins: readonly UseCase[] = [
  {
    name: "a plugin's turn",
    of: ["plugins", "Plugin Requested"],
    act: async (scene) => ask(scene),
    ends: ["open"],
    puts: [`${hook}.${plugin}`],
  },
  {
    name: "a plugin's turn after a redrive",
    of: ["plugins", "Plugin Requested"],
    prepare: asked,
    act: async (scene) => ask(scene, [1, 1, 0], `${firstToken}again`),
    ends: ["open", "superseded"],
  },
  {
    name: "a plugin's turn that arrives after the one of a redrive",
    alike: true,
    of: ["plugins", "Plugin Requested"],
    prepare: async (scene) => {
      ask(scene, [1, 1, 0], `${firstToken}again`);
      await scene.world.pump();
    },
    act: async (scene) => ask(scene),
    ends: ["open", "superseded"],
  },
  {
    name: "a plugin's answer",
    of: ["plugins", "plugin-complete"],
    prepare: asked,
    act: async (scene) => complete(scene),
    ends: ["relayed"],
  },
  {
    name: "a plugin's repeated answer",
    alike: true,
    of: ["plugins", "plugin-complete"],
    prepare: asked,
    async act(scene) {
      complete(scene);
      complete(scene);
      complete(scene, { valid: false });
    },
    ends: ["relayed"],
  },
  {
    name: "relaying a plugin's answer",
    alike: true,
    of: ["relay", "Reply Accepted"],
    prepare: asked,
    act: async (scene) => complete(scene),
    ends: ["relayed"],
  },
  {
    name: "the end of a plugin's turn",
    of: ["plugins", "Turn Changed"],
    prepare: asked,
    act: async (scene) => complete(scene),
    ends: ["relayed"],
  },
  {
    name: "a plugin's turn that times out",
    of: ["relay", "Request Due"],
    alike: true,
    prepare: asked,
    act: async ({ world }) => {
      await world.settle(61 * MINUTE);
      world.states.endWait(firstToken);
    },
    ends: ["expired"],
  },
];
