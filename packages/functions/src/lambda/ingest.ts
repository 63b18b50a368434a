import { composeIngest } from "../compose-posting.ts";
import { ingestVariables } from "../environment.ts";
import { ingestHandler } from "../handlers/ingest.ts";
import { correlated } from "../handlers/log-fields.ts";
import { readVariables } from "../variables.ts";

const parts = composeIngest(readVariables("ingest", ingestVariables(), process.env));

export const handler = correlated(parts.log, ingestHandler(parts));
