/** The names of a new channel. */
export const handler = async ({ Channel }) => ({ username: `streamer-${Channel.Name}` });
