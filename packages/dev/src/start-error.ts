import type { Settings } from "./settings.ts";

/** Something that keeps Callboard from starting and that the message says how to mend. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** A port that is in use, by the name of its setting; undefined for any other failure. */
export function portInUse(cause: unknown, settings: Settings): StartError | undefined {
  const { code, port } = cause as { code?: string; port?: number };
  if (code !== "EADDRINUSE") return undefined;
  const names = [
    ["CALLBOARD_PORT", settings.port],
    ["CALLBOARD_SOCKET_PORT", settings.socketPort],
    ["CALLBOARD_AWS_PORT", settings.awsPort],
  ] as const;
  const name = names.find(([, number]) => number === port)?.[0];
  return new StartError(`Port ${port} is in use${name ? `; choose another with ${name}` : ""}.`);
}
