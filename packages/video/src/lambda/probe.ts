import { s3Reads } from "../files/s3-files.ts";
import { type ProbeInput, probe } from "../tasks/probe.ts";
import { s3Here } from "./s3-here.ts";

const files = s3Reads(s3Here());

export const handler = (input: ProbeInput) => probe(files, input);
