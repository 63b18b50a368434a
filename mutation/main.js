import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** At least so many of the mutants that count have to be noticed, and at most so many may be left out, in percent. */
const LEAST_KILLED = 90;
const MOST_DISABLED = 5;

/**
 * What is changed, by package and folder: the decisions, bounds and folds of the channel's map, of the client and of the
 * domain. The tests of the same package have to notice.
 */
const changed = {
  protocol: { ".": "channel-map kinds" },
  client: {
    ".": "attention backoff channel-state clock connection-state heartbeat judge-answer link outbox token-fault",
  },
  core: {
    access: "principal fold-name",
    channel:
      "behind change count-viewers counts decide-change decide-push follow listing make-room mark-viewers members parts recent-heads",
    clock: "poll wake wakened",
    notify: "decide-notice",
    progress: "execution-value facts pair stays-removed step",
    reach: "address contact doors quiet-hours",
    request: "agenda attending fit-question lifecycle relay reply-rules request turn values warnings",
  },
};

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The files that are asked for, or all, and what is handed on to Stryker: everything from the first option on. */
const args = process.argv.slice(2);
const options = args.findIndex((arg) => arg.startsWith("-"));
const wanted = options < 0 ? args : args.slice(0, options);
const handedOn = options < 0 ? [] : args.slice(options);

let enough = true;
for (const [name, folders] of Object.entries(changed)) {
  const files = Object.entries(folders)
    .flatMap(([folder, all]) => all.split(" ").map((file) => `packages/${name}/src/${folder}/${file}.ts`))
    .map((file) => file.replace("/./", "/"))
    .filter((file) => wanted.length === 0 || wanted.some((one) => file.includes(one)));
  if (files.length > 0) enough = judge(name, mutate(name, files)) && enough;
}
process.exit(enough ? 0 : 1);

/** Changes files of one package; returns Stryker's report of each. */
function mutate(name, files) {
  const { status } = spawnSync(
    process.execPath,
    [
      here("node_modules/@stryker-mutator/core/bin/stryker.js"),
      "run",
      here("stryker.config.js"),
      "--mutate",
      files.join(),
      ...handedOn,
    ],
    { cwd: here(".."), stdio: "inherit", env: { ...process.env, CALLBOARD_MUTATED: name } },
  );
  if (status !== 0) process.exit(status ?? 1);
  return Object.values(JSON.parse(readFileSync(here("report.json"), "utf8")).files);
}

/** Prints what became of a package's mutants; says whether that is enough. */
function judge(name, files) {
  let killed = 0;
  let survived = 0;
  let disabled = 0;
  for (const { status, statusReason } of files.flatMap(({ mutants }) => mutants))
    if (status === "Killed" || status === "Timeout") killed++;
    else if (status === "Survived" || status === "NoCoverage") survived++;
    // Those that are static, or no valid code, are not tried and count nowhere.
    else if (status === "Ignored" && !/static/i.test(statusReason ?? "")) disabled++;
  const share = (100 * killed) / (killed + survived);
  const left = (100 * disabled) / (killed + survived + disabled);
  console.log(
    `${name}: ${killed} of ${killed + survived} mutants killed (${share.toFixed(1)} %), ${disabled} disabled (${left.toFixed(1)} %)`,
  );
  if (share >= LEAST_KILLED && left <= MOST_DISABLED) return true;
  console.error(`A package needs ${LEAST_KILLED} % killed and at most ${MOST_DISABLED} % disabled.`);
  return false;
}
