import { s3Reads } from "../files/s3-files.ts";
import { readTranscript } from "../tasks/read-transcript.ts";
import { s3Here } from "./s3-here.ts";

const files = s3Reads(s3Here());

export const handler = (input: { readonly uri: string }) => readTranscript(files, input);
