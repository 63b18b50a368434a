import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, inject, it } from "vitest";
import { thisRoot as root } from "../../scripts/bundle.ts";
import { example, openNewsroom } from "./newsroom.ts";
import { type Project, tools } from "./project.ts";

let project: Project;
beforeAll(async () => {
  project = await openNewsroom(join(inject("place"), "typed newsroom"));
}, 300_000);

const text = () => readFile(join(project.folder, "node_modules/@callboard/sst/dist/callboard.js"), "utf8");

it("imports only Node's own modules, and uses SST's globals", async () => {
  const specifiers = [...(await text()).matchAll(/^import .* from "([^"]+)";$/gm)].map(([, one]) => one);
  expect(specifiers.length).toBeGreaterThan(2);
  expect(specifiers.filter((one) => !one!.startsWith("node:"))).toEqual([]);
  expect(await text()).not.toMatch(
    /^(?:var|let|const|function|class) (?:aws|sst|\$(?:app|dev|util|cli|interpolate|resolve|jsonStringify|output))\b/m,
  );
});

it("contains nothing of the post-processing, and no AWS client for the deployment", async () => {
  expect(await text()).not.toMatch(/client-bedrock|ecs:RunTask|transcribe:|buildSync/);
});

it.each(["5.9.3", "7.0.2"])(
  "has correct types under TypeScript %s together with SST's own",
  async (version) => {
    const compilers: Readonly<Record<string, string>> = {
      "5.9.3": join(tools, "typescript/bin/tsc"),
      "7.0.2": join(root, "node_modules/typescript/bin/tsc"),
    };
    await project.write(
      "wrong.ts",
      `import { Callboard } from "@callboard/sst";
       // @ts-expect-error: an unknown argument
       new Callboard("A", { stateMachine: "arn" });
       // @ts-expect-error: an issuer has an address
       new Callboard("A", { issuer: { clientId: "pages" } });
       // @ts-expect-error: a number is no Output's to say
       new Callboard("A", { retentionDays: $util.output(3) });
       const { url } = new sst.aws.StaticSite("Site");
       const role = new aws.iam.Role("R", { assumeRolePolicy: "{}" });
       export const callboard = new Callboard("B", {
         bus: new aws.cloudwatch.EventBus("Bus"),
         bucket: new sst.aws.Bucket("Files"),
         origins: [url],
         publishers: [{ principal: role.arn, source: "orders", subjects: ["order/"] }],
         domain: { pages: { name: "a.example", dns: false, cert: "arn" }, http: "api.a.example" },
       });
       export const socket: $util.Output<string> = callboard.socket;`,
    );
    // As SST writes it for linked resources, next to sst.config.ts.
    await project.write(
      "sst-env.d.ts",
      `import "sst";
       declare module "sst" {
         export interface Resource {
           Callboard: { type: "sst.sst.Linkable"; bus: string; http: string; pages: string; socket: string };
         }
       }`,
    );
    const compilerOptions = {
      ...JSON.parse(await readFile(join(example, "tsconfig.json"), "utf8")).compilerOptions,
      skipLibCheck: false,
      // SST's own sources include Node's types.
      types: [],
    };
    const config = await project.write(
      `tsconfig.${version}.json`,
      JSON.stringify({ compilerOptions, include: ["*.ts"] }),
    );
    const tsc = compilers[version]!;
    expect(await project.run(process.execPath, tsc, "--version")).toContain(version);
    const told = await project.run(process.execPath, tsc, "-p", config).catch(String);
    // SST's own sources and libraries have errors under some compilers.
    const theirs = /^(\.\.\/|\.sst\/|node_modules\/(?!@callboard\/))/;
    const errors = told.split("\n").filter((line) => /error TS/.test(line));
    expect(errors.filter((line) => !theirs.test(line))).toEqual([]);
  },
  300_000,
);
