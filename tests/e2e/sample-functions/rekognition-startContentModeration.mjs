/** Stands in for Rekognition: a job with the name of its video. */
export const handler = async ({ Video }) => ({ JobId: Video.S3Object.Name });
