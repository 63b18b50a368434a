import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** At least this share of the counted mutants must be killed, and at most this share may be disabled, in percent. */
const MIN_KILLED = 95;
const MAX_DISABLED = 5;

/**
 * The mutated files, by folder: the decisions, limits and folds of the channel's map, of the client and of the domain.
 * The tests of the same folder must kill the mutants.
 */
const changed = {
  "protocol/src": "channel-map kinds",
  "client/src":
    "attention backoff channel-state clock connection-state heartbeat judge-answer link outbox token-fault",
  "core/src/access": "principal fold-name",
  "core/src/channel":
    "behind change count-viewers counts decide-change decide-push follow listing make-room mark-viewers members parts recent-heads",
  "core/src/clock": "poll wake wakened",
  "core/src/notify": "decide-notice",
  "core/src/progress": "execution-value facts pair stays-removed step",
  "core/src/reach": "address contact doors quiet-hours",
  "core/src/request":
    "agenda attending fit-question lifecycle relay reply-rules request turn values warnings",
};

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

// Arguments before the first option are parts of paths: only such files are mutated. The rest is for Stryker.
const args = process.argv.slice(2);
const options = args.findIndex((arg) => arg.startsWith("-"));
const wanted = options < 0 ? args : args.slice(0, options);
const ofStryker = options < 0 ? [] : args.slice(options);

const packages = new Map();
for (const [folder, names] of Object.entries(changed)) {
  const files = names
    .split(" ")
    .map((name) => `packages/${folder}/${name}.ts`)
    .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)));
  if (files.length > 0) count(folder.split("/")[0], mutate(folder, files));
}
process.exit(judge() ? 0 : 1);

/** Mutates files of one folder; returns the result of each mutant. */
function mutate(folder, files) {
  const stryker = here("node_modules/@stryker-mutator/core/bin/stryker.js");
  const { status } = spawnSync(
    process.execPath,
    [stryker, "run", here("stryker.config.js"), "--mutate", files.join(), ...ofStryker],
    { cwd: here(".."), stdio: "inherit", env: { ...process.env, CALLBOARD_MUTATED: folder } },
  );
  if (status !== 0) process.exit(status ?? 1);
  const report = JSON.parse(readFileSync(here("report.json"), "utf8"));
  return Object.values(report.files).flatMap(({ mutants }) => mutants);
}

function count(name, mutants) {
  const counts = packages.get(name) ?? { killed: 0, survived: 0, disabled: 0 };
  for (const { status, statusReason } of mutants)
    if (status === "Killed" || status === "Timeout") counts.killed++;
    else if (status === "Survived" || status === "NoCoverage") counts.survived++;
    // Those that are static, or no valid code, are not tried and count nowhere.
    else if (status === "Ignored" && !/static/i.test(statusReason ?? "")) counts.disabled++;
  packages.set(name, counts);
}

/** Prints the results of each package; returns whether they are good enough. */
function judge() {
  let enough = packages.size > 0;
  for (const [name, { killed, survived, disabled }] of packages) {
    const share = (100 * killed) / (killed + survived);
    const left = (100 * disabled) / (killed + survived + disabled);
    enough &&= share >= MIN_KILLED && left <= MAX_DISABLED;
    console.log(
      `${name}: ${killed} of ${killed + survived} mutants killed (${share.toFixed(1)} %), ${disabled} disabled (${left.toFixed(1)} %)`,
    );
  }
  if (!enough)
    console.error(`Each package needs ${MIN_KILLED} % killed and at most ${MAX_DISABLED} % disabled.`);
  return enough;
}
