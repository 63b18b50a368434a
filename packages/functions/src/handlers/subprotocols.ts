const HEADER = "sec-websocket-protocol";

/** Headers from API Gateway, with names as the client wrote them. */
export interface OfferedIn {
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null;
}

/** The subprotocols that a client offers, in order, from all of its headers of that name. */
export function offeredSubprotocols({ headers, multiValueHeaders }: OfferedIn): string[] {
  const many = valuesOf(multiValueHeaders).flat();
  return (many.length > 0 ? many : valuesOf(headers))
    .flatMap((value) => value.split(","))
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol !== "");
}

/** The values of a header, whatever the case of its name. */
const valuesOf = <T>(headers: Readonly<Record<string, T | undefined>> | null | undefined): T[] =>
  Object.keys(headers ?? {})
    .filter((name) => name.length === HEADER.length && name.toLowerCase() === HEADER)
    .flatMap((name) => headers?.[name] ?? []) as T[];
