import { SetupError } from "./connect.ts";

const ANSWER_MS = 10_000;

/**
 * A token from Callboard on one machine, for a viewer with that name. Rejects with a `SetupError` that says
 * what is `needed` when it issues none, or that nothing answers.
 */
export async function machinesToken(
  pages: string | undefined,
  user: string,
  needed: string,
): Promise<string> {
  if (pages === undefined) throw new SetupError(needed);
  const address = `${pages}/dev/token`;
  const answer = await fetch(`${address}?user=${user}&role=viewer`, {
    redirect: "error",
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch(() => {
    throw new SetupError(`nothing answers at ${address}`);
  });
  const { token } = ((await answer.json().catch(() => undefined)) ?? {}) as { token?: unknown };
  if (!answer.ok || typeof token !== "string") throw new SetupError(needed);
  return token;
}
