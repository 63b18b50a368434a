import { existsSync } from "node:fs";
import { cp, mkdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { thisRoot as root } from "../../scripts/bundle.ts";
import { npmCommand } from "../../scripts/pack.ts";
import { installPlatform } from "../../scripts/synth/platform.ts";
import { openProject, type Project, packed } from "./project.ts";

/** The application in examples/minimal. */
export const example = join(root, "examples/minimal");

const tarballs = Object.fromEntries(
  packed
    .filter(({ name }) => ["@callboard/asl", "@callboard/protocol", "@callboard/sst"].includes(name))
    .map(({ name, tarball }) => [name, `file:${tarball}`]),
);

/** The example outside the repository: with the packed component installed, and SST's platform. */
export async function openNewsroom(folder: string): Promise<Project> {
  await installPlatform(console.log);
  const project = await openProject(folder);
  const manifest = JSON.parse(await readFile(join(example, "package.json"), "utf8"));
  // SST is installed here already, and large.
  const { sst: _, ...dependencies } = manifest.dependencies;
  await project.write(
    "package.json",
    JSON.stringify({ ...manifest, dependencies: { ...dependencies, ...tarballs } }),
  );
  await project.run(...npmCommand("install", "--ignore-scripts", "--prefer-offline"));
  await layOut(folder);
  return project;
}

/** Puts the example's sources into a folder, with SST's platform as after `sst install`. */
export async function layOut(folder: string): Promise<void> {
  for (const file of ["sst.config.ts", "article.ts", "note.ts", "tsconfig.json"])
    await cp(join(example, file), join(folder, file));
  await mkdir(join(folder, ".sst"));
  await symlink(join(root, ".sst/platform"), join(folder, ".sst/platform"), "dir");
  await mkdir(join(folder, "node_modules"), { recursive: true });
  if (!existsSync(join(folder, "node_modules/sst")))
    await symlink(join(root, "node_modules/sst"), join(folder, "node_modules/sst"), "dir");
}
