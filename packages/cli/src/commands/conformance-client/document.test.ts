import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { faults } from "../../testing/plain-client/faults.ts";
import { conformanceCases } from "./cases/index.ts";

const document = readFileSync(new URL("../../../../../docs/conformance-client.md", import.meta.url), "utf8");

it("describes every case, with the section of PROTOCOL.md that requires it", () => {
  const rows = [...document.matchAll(/^\| \[([\w-]+)\]\(\.\.\/PROTOCOL\.md#([\w-]+)\) +\| (.*?) +\|$/gm)];
  expect(rows.map(([, name, section, demand]) => ({ name, section, demand }))).toEqual(
    conformanceCases.map(({ name, section, demand }) => ({ name, section, demand })),
  );
});

it("says how many cases and faults there are", () => {
  expect(document).toContain(`of ${conformanceCases.length} cases passed`);
  expect(document).toContain(`${faults.length} in all`);
});

it("gives each case its own name, with a sentence", () => {
  expect(new Set(conformanceCases.map(({ name }) => name)).size).toBe(conformanceCases.length);
  for (const { demand } of conformanceCases) expect(demand).toMatch(/^[A-Z].*\.$/);
});
