/** Headers as API Gateway gives them, by the names as the client wrote them. */
export interface OfferedIn {
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null;
}

/** The subprotocols that a client offers, in its order, from all of its headers of that name. */
export function offeredSubprotocols({ headers, multiValueHeaders }: OfferedIn): string[] {
  const isName = (name: string) => name.toLowerCase() === "sec-websocket-protocol";
  const many = Object.entries(multiValueHeaders ?? {}).flatMap(([name, values]) =>
    isName(name) ? (values ?? []) : [],
  );
  const one = Object.entries(headers ?? {}).flatMap(([name, value]) =>
    isName(name) && value !== undefined ? [value] : [],
  );
  return (many.length > 0 ? many : one)
    .flatMap((value) => value.split(","))
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol !== "");
}
