import { connect, type Place, SetupError } from "./connect.ts";
import type { Ended, Terminal } from "./terminal.ts";

/** Runs a command's work on the place that the environment names; an error is reported in one line. */
export async function atPlace(terminal: Terminal, work: (place: Place) => Promise<Ended>): Promise<Ended> {
  let place: Place | undefined;
  try {
    place = await connect(terminal);
    return await work(place);
  } catch (error) {
    terminal.warn(messageOf(error, place));
    return "failed";
  }
}

const unreachable = ["ECONNREFUSED", "ECONNRESET", "EHOSTUNREACH", "ENOTFOUND", "ETIMEDOUT", "EAI_AGAIN"];

/** What went wrong, in one line, with a fix if there is one. */
function messageOf(error: unknown, place: Place | undefined): string {
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  if (error instanceof SetupError || !place) return oneLine(message);
  if (codesOf(error).some((code) => unreachable.includes(code)) || name === "TimeoutError")
    return place.local
      ? `Callboard does not answer at ${place.address}: start it with npx callboard start, or name a deployment with TABLE_NAME`
      : `nothing answers: ${place.address}`;
  if (name === "ResourceNotFoundException") return `there is no table ${place.table}: ${place.address}`;
  if (name === "CredentialsProviderError") return `there are no AWS credentials: ${oneLine(message)}`;
  return `${name}: ${oneLine(message)}`;
}

/** A failed connection has its code on the error, on its cause, or on each address that was tried. */
function codesOf(error: unknown): string[] {
  const { code, cause, errors } = (error ?? {}) as { code?: string; cause?: unknown; errors?: unknown[] };
  return [
    ...(code === undefined ? [] : [code]),
    ...(cause === undefined ? [] : codesOf(cause)),
    ...(errors ?? []).flatMap(codesOf),
  ];
}

const oneLine = (text: string): string => text.split("\n")[0]!;
