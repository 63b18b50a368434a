/** A source, and the prefixes of its events' subjects. */
export interface Publisher {
  readonly source: string;
  readonly subjects: readonly string[];
}

/** The publishers that `ingest` allows: prefixes of subjects by source, as JSON. */
export function publishersVariable(publishers: readonly Publisher[]): string {
  const all = new Map<string, Set<string>>();
  for (const { source, subjects } of publishers)
    all.set(source, new Set([...(all.get(source) ?? []), ...subjects]));
  return JSON.stringify(Object.fromEntries([...all].map(([source, subjects]) => [source, [...subjects]])));
}

/**
 * The sources of ServerlessVideo whose events are taken in, all about videos and their channels. Where publishers are
 * named, these are added if its events are taken in. All plugins are one publisher, whatever their names.
 */
export const serverlessVideoPublishers: readonly Publisher[] = [
  "aws.ivs",
  "serverlessVideo.videoManager",
  "serverlessVideo.pluginManager",
  "serverlessVideo.plugin.",
  "serverlessVideo.viewCounter",
].map((source) => ({ source, subjects: ["video/", "channel/"] }));
