import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { thisRoot as root } from "../../scripts/bundle.ts";
import { installTools, readmeCommands, runIn } from "./project.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of users' projects, in which the clone is `callboard`. */
    readonly place: string;
  }
}

/** Runs once before all tests of the packages. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const { place, remove } = await openPlace();
  provide("place", place);
  return remove;
}

/** A folder for users' projects, outside the repository, after everything is packed as in the README. */
export async function openPlace(): Promise<{ place: string; remove: () => Promise<void> }> {
  const place = await mkdtemp(join(tmpdir(), "callboard-packages-"));
  await symlink(root, join(place, "callboard"), "dir");
  await mkdir(join(place, "beside"));
  const pack = runIn(join(place, "beside"), "sh", ["-ec", readmeCommands().pack]);
  const [told] = await Promise.all([pack, installTools()]);
  console.log(told.trim());
  return { place, remove: () => rm(place, { recursive: true, force: true, maxRetries: 5 }) };
}
