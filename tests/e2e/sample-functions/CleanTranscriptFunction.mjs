/** Makes a text of a transcript; it says where that is. */
export const handler = async ({ transcript, job }) => ({
  bucket: transcript.orig.bucket,
  key: `input/${job.id}/text.txt`,
});
