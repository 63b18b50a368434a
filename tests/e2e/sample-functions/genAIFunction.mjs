/** Thinks of a title. */
export const handler = async ({ detail }) => ({ statusCode: 200, body: `A title for ${detail.video.id}` });
