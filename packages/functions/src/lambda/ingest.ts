import { composeIngest } from "../compose-posting.ts";
import { environment } from "../environment.ts";
import { ingestHandler } from "../handlers/ingest.ts";
import { correlated } from "../handlers/log-fields.ts";

const parts = composeIngest(environment("ingest", process.env));

export const handler = correlated(parts.log, ingestHandler(parts));
