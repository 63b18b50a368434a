import { composeIngest } from "../compose.ts";
import { environment } from "../environment.ts";
import { ingestHandler } from "../handlers/ingest.ts";

export const handler = ingestHandler(composeIngest(environment("ingest", process.env)));
