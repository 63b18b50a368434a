import type { LocalCallboard } from "./callboard.ts";

/** The process that started this one, and starts it again when it is killed (`scripts/supervise.js`). */
export interface Supervisor {
  /** When the start began that this process is a part of, in milliseconds since the Unix epoch. */
  readonly began: number;
  /** Has this process killed, as by `kill -9`. */
  kill(): void;
  /** Tells where everything is, so that it is at the same ports once it was killed. */
  isUp(addresses: Pick<LocalCallboard["addresses"], "pages" | "http" | "aws" | "smtp">): void;
}

/** Undefined for a process that somebody else has started. */
export function supervisorIn(env: Readonly<Record<string, string | undefined>>): Supervisor | undefined {
  const began = Number(env.CALLBOARD_SUPERVISED);
  if (!process.send || !Number.isFinite(began)) return undefined;
  const tell = process.send.bind(process);
  return {
    began,
    kill: () => void tell({ kill: true }),
    isUp({ pages, http, aws, smtp }) {
      const portOf = (address: string) => new URL(address).port;
      tell({
        env: {
          CALLBOARD_PORT: portOf(pages),
          CALLBOARD_SOCKET_PORT: portOf(http),
          CALLBOARD_AWS_PORT: portOf(aws),
          CALLBOARD_SMTP_PORT: portOf(smtp),
        },
      });
    },
  };
}
