import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** How many folders of a kind stay: those that were used last. */
const kept = 4;

/**
 * A folder whose name ends in a hash of what it is made of, and so is made once: whole or not at all, whoever else makes
 * it at the same time. Then those of its kind that were used longest ago go.
 */
export async function cached(folder: string, make: (folder: string) => Promise<void>): Promise<string> {
  if (existsSync(folder)) {
    const now = new Date();
    await utimes(folder, now, now);
    return folder;
  }
  await mkdir(dirname(folder), { recursive: true });
  const draft = await mkdtemp(`${folder}.`);
  try {
    await make(draft);
    await chmod(draft, 0o755);
    await rename(draft, folder).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== "ENOTEMPTY" && cause.code !== "EEXIST") throw cause;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  await removeOld(folder);
  return folder;
}

/** Removes all but the last used of the folders that differ from this one in their hash alone. */
async function removeOld(folder: string): Promise<void> {
  const [parent, kind] = [dirname(folder), kindOf(folder)];
  const alike = (await readdir(parent)).filter((name) => kindOf(name) === kind);
  const dated = await Promise.all(
    alike.map(async (name) => ({
      name,
      at: await stat(join(parent, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    })),
  );
  const old = dated.sort((a, b) => b.at - a.at).slice(kept);
  for (const { name } of old) await rm(join(parent, name), { recursive: true, force: true });
}

const kindOf = (folder: string): string => basename(folder).replace(/[0-9a-f]{20}(\..+)?$/, "");
