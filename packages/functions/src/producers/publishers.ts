/** A source, and what the subjects of its events begin with. */
export interface Publisher {
  readonly source: string;
  readonly subjects: readonly string[];
}

/** What `ingest` is told of those who may publish: the beginnings of subjects by source, as JSON. */
export function publishersVariable(publishers: readonly Publisher[]): string {
  const all = new Map<string, Set<string>>();
  for (const { source, subjects } of publishers)
    all.set(source, new Set([...(all.get(source) ?? []), ...subjects]));
  return JSON.stringify(Object.fromEntries([...all].map(([source, subjects]) => [source, [...subjects]])));
}

/**
 * ServerlessVideo's sources whose events are taken over, all of them about videos and their channels: where publishers are
 * named and its events are taken, these are among them. Plugins are one publisher, whatever each is called.
 */
export const serverlessVideoPublishers: readonly Publisher[] = [
  "aws.ivs",
  "serverlessVideo.videoManager",
  "serverlessVideo.pluginManager",
  "serverlessVideo.plugin.",
  "serverlessVideo.viewCounter",
].map((source) => ({ source, subjects: ["video/", "channel/"] }));
