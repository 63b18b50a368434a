/** A token as the pages get theirs. */
export async function devToken(pages: string, user: string, role: "viewer" | "creator"): Promise<string> {
  const response = await fetch(`${pages}/dev/token?user=${user}&role=${role}`);
  if (!response.ok) throw new Error(`no token: ${response.status}`);
  return ((await response.json()) as { token: string }).token;
}

/** The subprotocols that a viewer offers. */
export const viewerProtocols = async (pages: string): Promise<string[]> =>
  bearing(await devToken(pages, "vic", "viewer"));

/** The subprotocols that carry a token. */
export const bearing = (token: string): string[] => ["callboard.v1", `callboard.bearer.${token}`];
