import { writeFileSync } from "node:fs";
import { openApiDocument } from "@callboard/functions";

/** Writes docs/openapi.json; a test compares it with a new one. */
writeFileSync(
  new URL("../docs/openapi.json", import.meta.url),
  `${JSON.stringify(openApiDocument(), null, 2)}\n`,
);
