import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { thisRoot as root } from "../../scripts/bundle.ts";
import { openPlace } from "../packages/prepare.ts";
import { openProject, packed } from "../packages/project.ts";
import { startCallboard } from "../packages/started.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The addresses of a Callboard that was started from its package. */
    readonly callboard: { readonly pages: string; readonly socket: string; readonly aws: string };
  }
}

/** Runs once before all tests of the examples: packs everything, and starts Callboard from its package. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const { place, remove } = await openPlace();
  try {
    // The examples' place in a clone.
    await mkdir(join(place, "clone/examples"), { recursive: true });
    await symlink(join(root, "dist"), join(place, "clone/dist"), "dir");
    const dependencies = Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`]));
    const stranger = await openProject(join(place, "service"), { dependencies });
    await stranger.type("npm install --ignore-scripts --no-audit --no-fund");
    const { pages, socket, env, stop } = await startCallboard(stranger, "npx callboard start");
    provide("place", place);
    provide("callboard", { pages, socket, aws: `http://127.0.0.1:${env.CALLBOARD_AWS_PORT}` });
    return async () => {
      await stop();
      await remove();
    };
  } catch (cause) {
    await remove();
    throw cause;
  }
}
