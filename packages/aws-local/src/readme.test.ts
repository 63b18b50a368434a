import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import * as library from "./index.ts";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
const examples = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code!);

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;

it("does what the examples of its README say, one after the other", async () => {
  const folder = await mkdtemp(join(tmpdir(), "aws-local-readme-"));
  const ends: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  onTestFinished(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  /** What an example opens is closed with the test. */
  const closing =
    <Args extends unknown[], Made extends { close(): unknown }>(
      open: (...args: Args) => Promise<Made> | Made,
    ) =>
    async (...args: Args): Promise<Made> => {
      const made = await open(...args);
      ends.push(() => made.close());
      return made;
    };
  const modules = {
    ...library,
    openDataFolder: closing((_: string, options: Parameters<typeof library.openDataFolder>[1]) =>
      library.openDataFolder(join(folder, "data"), options),
    ),
    createEndpoint: closing(library.createEndpoint),
    listenSmtp: closing(library.listenSmtp),
    createBus: closing(library.createBus),
  };
  const [services, functions, choice, mails, ...others] = examples as [string, string, string, string];
  expect(others).toEqual([]);
  const [, names] = /^import (\{.*?\}) from "@callboard\/aws-local";/s.exec(services)!;
  const printed: string[] = [];
  const body = `
    const ${names} = library;
    const { createBus, createSes, listenSmtp, openFunctionFolder } = library;
    ${services.replace(/^import .*?;/s, "")}
    {
      ${functions.replace('"/my/functions"', "folder")}
      await functions.close();
    }
    ${choice}
    const bus = await createBus({ clock, store, targetOf: () => undefined });
    ${mails.replace("ses.mailbox.list();", "const kept = ses.mailbox.list();")}
    return { nextState, status, kept, port: smtp.port };`;
  const console = { log: (line: string) => printed.push(line) };
  const made = await new AsyncFunction("library", "console", "folder", body)(modules, console, folder);
  expect(printed).toEqual([expect.stringMatching(/^AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+$/)]);
  expect(made).toMatchObject({ nextState: "Done", status: "SUCCEEDED", kept: [], port: expect.any(Number) });
});
