import type { Ended, Terminal } from "../terminal.ts";

/**
 * Runs all of Callboard on this machine, with the built pages in a folder; once it runs it ends the process
 * itself.
 */
export async function start(terminal: Terminal, pages: string): Promise<Ended> {
  const loaded = await import("@callboard/dev").catch((cause: Error) => {
    // Only the store's library has a compiled part, which npm installs as an optional package.
    if (!cause.message.startsWith("No native build was found")) throw cause;
    return undefined;
  });
  if (!loaded) {
    terminal.warn(missing);
    return "failed";
  }
  await loaded.runCallboard(terminal, pages);
  return "done";
}

const missing =
  `the store's compiled part is not installed for ${process.platform} on ${process.arch}: npm did not install optional ` +
  "packages, or the libraries came from another machine (npm install --include=optional)";
