import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { indexPage, referencePages } from "./reference/page.ts";

/** Writes docs/reference; a test compares it with a new one. */
const folder = join(import.meta.dirname, "../docs/reference");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
writeFileSync(join(folder, "README.md"), indexPage);
for (const { file, text } of referencePages()) writeFileSync(join(folder, file), text);
