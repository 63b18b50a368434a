import { readdir, readFile, readlink } from "node:fs/promises";

/** Where a process listens: `127.0.0.1`, `::1`, `0.0.0.0`, or another address in the form of its system. */
export interface Listening {
  readonly address: string;
  readonly port: number;
}

/** The state of a socket that listens, in Linux's tables. */
const listens = "0A";

/** All TCP sockets at which some processes listen, from Linux. */
export async function listeningOf(processes: readonly number[]): Promise<Listening[]> {
  const inodes = new Set((await Promise.all(processes.map(socketsOf))).flat());
  const tables = await Promise.all(["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8")));
  return tables
    .flatMap((table) => table.split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === listens && inodes.has(inode!))
    .map(([, local]) => addressOf(local!));
}

/** The inodes of the sockets that a process has open. */
async function socketsOf(id: number): Promise<string[]> {
  const names = await readdir(`/proc/${id}/fd`).catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(`/proc/${id}/fd/${name}`).catch(() => "")));
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}

/** Reads `0100007F:0BB8`: words of the machine's byte order, here the little-endian one, and a port. */
function addressOf(local: string): Listening {
  const [words, port] = local.split(":") as [string, string];
  const bytes = words.match(/.{8}/g)!.flatMap((word) => [...Buffer.from(word, "hex").reverse()]);
  const isLoopback6 = bytes.length === 16 && bytes.every((byte, n) => byte === (n === 15 ? 1 : 0));
  const address =
    bytes.length === 4 ? bytes.join(".") : isLoopback6 ? "::1" : Buffer.from(bytes).toString("hex");
  return { address, port: Number.parseInt(port, 16) };
}
