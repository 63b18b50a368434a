import { backupDataFolder, type Copied, restoreDataFolder } from "@callboard/aws-local";
import { isFixable, readSettings } from "@callboard/dev";
import type { Ended, Terminal } from "../terminal.ts";

/** Copies the data of this machine into a folder; Callboard may be running. */
export function backup(terminal: Terminal, target: string): Promise<Ended> {
  return copying(terminal, async (data) => {
    const copied = await backupDataFolder(data, target);
    return `Backed up ${data} into ${target}: ${countsText(copied)}`;
  });
}

/** Restores the data of this machine from a backup; there must be no data yet. */
export function restore(terminal: Terminal, source: string): Promise<Ended> {
  return copying(terminal, async (data) => {
    const copied = await restoreDataFolder(source, data);
    return `Restored ${source} into ${data}: ${countsText(copied)}`;
  });
}

const countsText = ({ records, files }: Copied) => `${records} records and ${files} files.`;

async function copying(terminal: Terminal, copy: (data: string) => Promise<string>): Promise<Ended> {
  try {
    terminal.print(await copy(readSettings(terminal.env).data));
    return "done";
  } catch (cause) {
    if (!isFixable(cause)) throw cause;
    terminal.warn(cause.message);
    return "failed";
  }
}
