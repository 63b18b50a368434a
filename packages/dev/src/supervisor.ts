import type { LocalCallboard } from "./callboard.ts";

/** The process that started this one, and restarts it when it is killed (`scripts/supervise.js`). */
export interface Supervisor {
  /** When the current start began, in milliseconds since the Unix epoch. */
  readonly began: number;
  /** Kills this process, as `kill -9` does. */
  kill(): void;
  /** Reports all addresses, so that the ports are the same after a kill. */
  isUp(addresses: Pick<LocalCallboard["addresses"], "pages" | "http" | "aws" | "smtp">): void;
}

/** Undefined for a process without this supervisor. */
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
