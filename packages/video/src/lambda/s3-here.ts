import { S3Client } from "@aws-sdk/client-s3";

/**
 * S3 at the endpoint in the environment, with path-style addresses, because buckets of the embedded S3 have no host
 * names.
 */
export const s3Here = (): S3Client => new S3Client({ forcePathStyle: true });
