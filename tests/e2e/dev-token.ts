export type Role = "creator" | "viewer";

/** A token as the pages get theirs. */
export async function devToken(pages: string, user: string, role: Role): Promise<string> {
  const response = await fetch(`${pages}/dev/token?user=${user}&role=${role}`);
  if (!response.ok) throw new Error(`no token: ${response.status}`);
  return ((await response.json()) as { token: string }).token;
}
