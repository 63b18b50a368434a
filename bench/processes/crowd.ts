import { now } from "../children/now.ts";
import { serve } from "../children/serve.ts";
import { type Dialect, type DialectName, dialects } from "../sockets/dialects.ts";
import { type LeanSocket, openLeanSocket } from "../sockets/lean-socket.ts";

export type Crowd = typeof commands;

/** Browsers that connect to one server. */
export interface Coming {
  readonly url: string;
  readonly dialect: DialectName;
  readonly protocols?: readonly string[];
  /** What browsers of Callboard follow. */
  readonly channels?: readonly string[];
  readonly count: number;
  /** How many open at a time. */
  readonly atOnce: number;
}

interface Member {
  readonly socket: LeanSocket;
  seen: number;
}

/** The message that everybody is waiting for. */
interface Awaited {
  readonly marker: Buffer;
  readonly number: number;
  arrived: number;
  at: number;
  text: string;
  done?: () => void;
}

/** How many have received it and how many have not, at the end. */
export interface Arrival {
  /** When the last one received it, on the machine's clock. */
  readonly at: number;
  readonly text: string;
  readonly missed: number;
}

const members = new Set<Member>();
/** If nobody receives it for so long, the rest count as missed; in milliseconds. */
const QUIET_MS = 10_000;
let awaited: Awaited | undefined;
/** How many were ready at some time; those that have been lost since count as missed. */
let came = 0;

const commands = {
  /** Opens more sockets, each when one before is ready; returns the ids of all, and how long it took. */
  async come(coming: Coming): Promise<{ ids: string[]; ms: number }> {
    const dialect: Dialect = dialects[coming.dialect](coming.channels ?? []);
    const url = new URL(coming.url);
    const ids: string[] = [];
    const start = now();
    let left = coming.count;
    const opener = async () => {
      while (left-- > 0) ids.push(await join(url, coming.protocols ?? [], dialect));
    };
    await Promise.all(Array.from({ length: coming.atOnce }, opener));
    return { ids, ms: now() - start };
  },

  /** From now on everybody waits for the message with this marker. */
  await(marker: string): void {
    const number = (awaited?.number ?? 0) + 1;
    awaited = { marker: Buffer.from(marker), number, arrived: 0, at: now(), text: "" };
  },

  /** Resolves when all have received it, or when nobody has for ten seconds. */
  async last(): Promise<Arrival> {
    const one = awaited;
    if (!one) throw new Error("nothing is awaited");
    if (one.arrived < members.size)
      await new Promise<void>((done) => {
        const look = setInterval(() => now() - one.at > QUIET_MS && one.done?.(), 1000);
        one.done = () => {
          clearInterval(look);
          done();
        };
      });
    return { at: one.at, text: one.text, missed: came - one.arrived };
  },
};

function take(member: Member, bytes: Buffer): void {
  if (!awaited || member.seen === awaited.number || !bytes.includes(awaited.marker)) return;
  member.seen = awaited.number;
  awaited.at = now();
  if (awaited.arrived++ === 0) awaited.text = bytes.toString();
  if (awaited.arrived === members.size) awaited.done?.();
}

/** Opens one socket; resolves with its id when it is ready. */
function join(url: URL, protocols: readonly string[], dialect: Dialect): Promise<string> {
  return new Promise((resolve, reject) => {
    let member: Member | undefined;
    const enter = (socket: LeanSocket, id: string | undefined) => {
      if (id === undefined) return;
      member = { socket, seen: 0 };
      members.add(member);
      came++;
      resolve(id);
    };
    openLeanSocket(url, protocols, {
      opened: (socket) => enter(socket, dialect.opened(socket)),
      text(bytes, socket) {
        if (dialect.alive?.(bytes, socket)) return;
        if (member) take(member, bytes);
        else enter(socket, dialect.ready(bytes.toString(), socket));
      },
      closed(reason) {
        if (member) members.delete(member);
        reject(new Error(`a socket was closed: ${reason}`));
      },
    });
  });
}

serve(commands);
