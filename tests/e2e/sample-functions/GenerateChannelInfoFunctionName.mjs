/** What a new channel is called by. */
export const handler = async ({ Channel }) => ({ username: `streamer-${Channel.Name}` });
