/** Converts a transcript to text, and returns its place. */
export const handler = async ({ transcript, job }) => ({
  bucket: transcript.orig.bucket,
  key: `input/${job.id}/text.txt`,
});
