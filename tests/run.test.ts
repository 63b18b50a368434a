import { expect, it } from "vitest";
import { commandLine, installReason, nodeProblem } from "../scripts/ready.js";

const lock = (packages: Record<string, object>) => JSON.stringify({ lockfileVersion: 3, packages });

it("runs on the oldest Node that it names and on later ones", () => {
  expect(["20.19.0", "20.20.2", "22.0.0", "24.1.0"].map(nodeProblem)).toEqual(Array(4).fill(undefined));
});

it("tells an older Node in one line what is needed", () => {
  for (const version of ["14.21.3", "18.20.0", "20.18.9"])
    expect(nodeProblem(version)).toBe(`Callboard needs Node 20.19 or later; this is ${version}.`);
});

it("installs in a fresh clone, and after an install that broke off", () => {
  expect(installReason(lock({ "": {} }), undefined)).toBe("nothing is installed yet");
  expect(installReason(lock({ "": {} }), '{"packages":')).toBe("nothing is installed yet");
});

it("installs when the lock names a library that is absent or of another version", () => {
  const wanted = lock({ "": {}, "node_modules/ws": { version: "8.23.0" } });
  expect(installReason(wanted, lock({}))).toBe("ws is not as package-lock.json names it");
  expect(installReason(wanted, lock({ "node_modules/ws": { version: "8.22.0" } }))).toMatch(/^ws /);
});

it("leaves alone what is installed as the lock names it, however it was installed", () => {
  const wanted = lock({
    "": {},
    "node_modules/ws": { version: "8.23.0" },
    "node_modules/@callboard/core": { link: true },
    "node_modules/fsevents": { version: "2.3.3", optional: true },
  });
  const installed = lock({
    "node_modules/ws": { version: "8.23.0" },
    "node_modules/@callboard/core": { link: true },
  });
  expect(installReason(wanted, installed)).toBeUndefined();
});

it("hands arguments on to the command and knows no other commands", () => {
  expect(commandLine("test", ["packages/core"])).toEqual([
    "node_modules/vitest/vitest.mjs",
    "run",
    "packages/core",
  ]);
  expect(commandLine("deploy", [])).toBeUndefined();
  expect(commandLine(undefined, [])).toBeUndefined();
});
