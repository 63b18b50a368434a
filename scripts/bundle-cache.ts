import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Folders of a kind that are always kept: the ones that were used last. */
const KEPT_FOLDERS = 4;
/** A folder that was used within this time is kept in any case: a service may run from it. In milliseconds. */
const KEPT_MS = 86_400_000;
/** Most tries if sources change while they are built. */
const MAX_TRIES = 3;

/**
 * A folder named by a hash of its sources. It is built once, completely or not at all, even if other processes build it
 * at the same time. `name` is called again after the build: if the sources have changed meanwhile, the result is thrown
 * away. Then the least recently used folders of its kind are deleted.
 */
export async function cached(name: () => string, make: (folder: string) => Promise<void>): Promise<string> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const folder = name();
    if (existsSync(folder)) {
      const now = new Date();
      // Another user's clone may be read-only.
      await utimes(folder, now, now).catch(() => {});
      return folder;
    }
    if (await makeComplete(folder, make, () => name() === folder)) {
      await removeOld(folder);
      return folder;
    }
  }
  throw new Error("the sources change while they are built: start again when nothing changes them any more");
}

async function makeComplete(
  folder: string,
  make: (folder: string) => Promise<void>,
  isRight: () => boolean,
): Promise<boolean> {
  await mkdir(dirname(folder), { recursive: true });
  const draft = await mkdtemp(`${folder}.`);
  try {
    await make(draft);
    if (!isRight()) return false;
    await chmod(draft, 0o755);
    await rename(draft, folder).catch((cause: unknown) => {
      // Another process was first; the error's code depends on the system.
      if (!existsSync(folder)) throw cause;
    });
    return true;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Deletes old folders that differ from this one only in their hash, unfinished ones included. */
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
  const isDraft = ({ name }: { name: string }) => name.includes(".");
  const whole = dated.filter((one) => !isDraft(one)).sort((a, b) => b.at - a.at);
  const old = [...whole.slice(KEPT_FOLDERS), ...dated.filter(isDraft)].filter(
    ({ at }) => at < Date.now() - KEPT_MS,
  );
  for (const { name } of old) {
    // A partly deleted folder must not keep its name.
    const gone = isDraft({ name }) ? join(parent, name) : `${join(parent, name)}.gone`;
    if (!isDraft({ name })) await rename(join(parent, name), gone).catch(() => {});
    await rm(gone, { recursive: true, force: true });
  }
}

const kindOf = (folder: string): string => basename(folder).replace(/[0-9a-f]{20}(\..+)?$/, "");
