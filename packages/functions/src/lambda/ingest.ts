import { composeIngest } from "../compose-posting.ts";
import { environment } from "../environment.ts";
import { ingestHandler } from "../handlers/ingest.ts";

export const handler = ingestHandler(composeIngest(environment("ingest", process.env)));
