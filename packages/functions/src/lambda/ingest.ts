import { composeIngest } from "../compose-posting.ts";
import { environment } from "../environment.ts";
import { correlated } from "../handlers/correlated.ts";
import { ingestHandler } from "../handlers/ingest.ts";

const parts = composeIngest(environment("ingest", process.env));

export const handler = correlated(parts.log, ingestHandler(parts));
