import { writeFileSync } from "node:fs";
import { eventSchemas } from "@callboard/functions";

/** Writes docs/events.schema.json; a test compares it with a new one. */
writeFileSync(
  new URL("../docs/events.schema.json", import.meta.url),
  `${JSON.stringify(eventSchemas(), null, 2)}\n`,
);
