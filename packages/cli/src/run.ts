import type { Command, Terminal } from "./command.ts";
import { erase } from "./commands/erase.ts";
import { ledger } from "./commands/ledger.ts";
import { connections } from "./commands/ops/connections.ts";
import { deadLetters } from "./commands/ops/dead-letters.ts";
import { drop } from "./commands/ops/drop.ts";
import { relays } from "./commands/ops/relays.ts";
import { requests } from "./commands/ops/requests.ts";
import { resend } from "./commands/ops/resend.ts";

/** Every command by its name, of one word or more. */
const commands: Readonly<Record<string, Command>> = {
  ledger,
  erase,
  "ops requests": requests,
  "ops relays": relays,
  "ops connections": connections,
  "ops dead-letters": deadLetters,
  "ops dead-letters resend": resend,
  "ops dead-letters drop": drop,
};

const mostWords = 3;

const exit = { done: 0, failed: 1, misused: 2 } as const;

/** Runs one command and answers the process's exit code: 0 done, 1 failed, 2 misused. */
export async function run(given: readonly string[], terminal: Terminal): Promise<number> {
  const [name] = given;
  if (name === "help" || name === "--help" || name === "-h") {
    terminal.print(usage());
    return exit.done;
  }
  const found = find(given);
  if (!found) {
    if (name) terminal.warn(`there is no command ${JSON.stringify(misnamed(given))}\n`);
    terminal.warn(usage());
    return exit.misused;
  }
  const ended = await found.command.run(found.args, terminal);
  if (typeof ended === "string") return exit[ended];
  terminal.warn(`${ended.misuse}\nusage: callboard ${found.name} ${found.command.form}`);
  return exit.misused;
}

/** The command with the longest name that the words begin with. */
function find(given: readonly string[]) {
  for (let words = mostWords; words > 0; words--) {
    const name = given.slice(0, words).join(" ");
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command) return { name, command, args: given.slice(words) };
  }
  return undefined;
}

/** As many words as could have been a name. */
function misnamed([first = "", ...others]: readonly string[]): string {
  const isGroup = Object.keys(commands).some((name) => name.startsWith(`${first} `));
  return isGroup ? [first, ...others.slice(0, 1)].join(" ") : first;
}

function usage(): string {
  const forms = Object.entries(commands).map(([name, { form, about }]) => ({
    form: `${name} ${form}`,
    about,
  }));
  const width = Math.max(...forms.map(({ form }) => form.length));
  return [
    "usage: npx callboard COMMAND",
    "",
    ...[...forms, { form: "help", about: "say this" }].map(
      ({ form, about }) => `  ${form.padEnd(width)}  ${about}`,
    ),
    "",
    "It speaks to Callboard on this machine (AWS_ENDPOINT_URL, or http://127.0.0.1:3002) or, when TABLE_NAME is set, to a",
    "deployment: then also BUS_NAME, AWS_REGION, AWS credentials and, to tell browsers at once, SOCKET_ENDPOINT;",
    "for dead letters UNDELIVERED_QUEUE_URL and FAILED_QUEUE_URL.",
  ].join("\n");
}
