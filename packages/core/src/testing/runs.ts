/** How often a property is tested: as given, or as `CALLBOARD_RUNS` says. */
export function runs(usual: number): number {
  const { process } = globalThis as { process?: { env: Record<string, string | undefined> } };
  return Number(process?.env.CALLBOARD_RUNS ?? usual);
}
