import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** How many folders of a kind stay at least: those that were used last. */
const kept = 4;
/** What was used so lately stays, whatever its number: a service may run from it. In milliseconds. */
const keptMs = 86_400_000;
/** Tries at sources that change while something is made of them. */
const mostTries = 3;

/**
 * A folder that is named by a hash of what it is made of, and so is made once: whole or not at all, whoever else makes it
 * at the same time. `name` is asked again once it is made: what sources that changed meanwhile have led to belongs to no
 * name. Then those of its kind that were used longest ago go.
 */
export async function cached(name: () => string, make: (folder: string) => Promise<void>): Promise<string> {
  for (let tries = 0; tries < mostTries; tries++) {
    const folder = name();
    if (existsSync(folder)) {
      const now = new Date();
      // A clone of somebody else's may be read alone.
      await utimes(folder, now, now).catch(() => {});
      return folder;
    }
    if (await makeWhole(folder, make, () => name() === folder)) {
      await removeOld(folder);
      return folder;
    }
  }
  throw new Error("the sources change while they are built: start again once they stand");
}

async function makeWhole(
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
      // Somebody else was first; systems differ in how they say so.
      if (!existsSync(folder)) throw cause;
    });
    return true;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Removes what was not used lately of the folders that differ from this one in their hash alone, drafts included. */
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
  const old = [...whole.slice(kept), ...dated.filter(isDraft)].filter(({ at }) => at < Date.now() - keptMs);
  for (const { name } of old) {
    // What is half gone must not stand under its name.
    const gone = isDraft({ name }) ? join(parent, name) : `${join(parent, name)}.gone`;
    if (!isDraft({ name })) await rename(join(parent, name), gone).catch(() => {});
    await rm(gone, { recursive: true, force: true });
  }
}

const kindOf = (folder: string): string => basename(folder).replace(/[0-9a-f]{20}(\..+)?$/, "");
