/** Stands in for Rekognition: a job that is called as the video it looks at. */
export const handler = async ({ Video }) => ({ JobId: Video.S3Object.Name });
