export { spareObject } from "./object-store.ts";
export { createS3, type S3, type S3Options } from "./s3.ts";
