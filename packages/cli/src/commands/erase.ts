import type { Erased, ErasedCounts } from "@callboard/core";
import { Principal } from "@callboard/protocol";
import { atPlace } from "../at-place.ts";
import type { Ended, Options, Terminal } from "../terminal.ts";

/** Removes a person's name and words from all that is kept, after a confirmation. */
export async function erase(terminal: Terminal, named: string, { yes }: Options): Promise<Ended> {
  const principal = Principal.safeParse(named).data;
  if (!principal) return { misuse: "PRINCIPAL is user/<id>" };
  if (principal.startsWith("role/")) return refuse(terminal, principal);
  if (!yes && !(await confirmed(terminal, principal))) {
    terminal.warn("nothing was erased");
    return "failed";
  }
  return atPlace(terminal, async ({ app }) => {
    const erased = await app.feedback.erase(principal);
    if (erased.outcome === "not_a_person") return refuse(terminal, principal);
    return report(terminal, principal, erased);
  });
}

function refuse(terminal: Terminal, principal: Principal): "failed" {
  terminal.warn(
    principal.startsWith("role/")
      ? `${principal} is not a person: a role has no name and no words; erase its members, each as user/<id>`
      : `${principal} is the pseudonym of an erased person`,
  );
  return "failed";
}

async function confirmed(terminal: Terminal, principal: Principal): Promise<boolean> {
  const question = `This removes the name and words of ${principal} from requests, ledger, channels and the search by name, permanently. Continue? [y/N] `;
  return /^y(es)?$/i.test((await terminal.ask(question))?.trim() ?? "");
}

const words: Readonly<Record<keyof ErasedCounts, string>> = {
  requests: "requests",
  ledgerRows: "ledger rows",
  attentionRows: "attendance rows",
  inboxItems: "inbox items",
  names: "entries in the search by name",
  addresses: "contact records",
  listedSubjects: "subjects in their own lists",
  notices: "questions sent to them by mail or chat",
};

function report(
  terminal: Terminal,
  principal: Principal,
  { alias, counts, open, underWay }: Extract<Erased, { outcome: "erased" }>,
): "done" | "failed" {
  const found = Object.entries(counts).some(([, count]) => count > 0);
  if (found) {
    terminal.print(`${principal} was erased; the records now show ${alias} instead:`);
    for (const [name, what] of Object.entries(words) as [keyof ErasedCounts, string][])
      terminal.print(`  ${what}: ${counts[name]}`);
  } else if (underWay.length === 0) terminal.print(`nothing was found about ${principal}`);
  if (open.length > 0)
    terminal.print(`Still open, and no longer assigned to them; an owner can ask others: ${open.join(", ")}`);
  terminal.print(unreached);
  if (underWay.length === 0) return "done";
  terminal.warn(
    `not changed, because an answer or a change is on its way: ${underWay.join(", ")}; run this again in a minute`,
  );
  return "failed";
}

const unreached = `This does not reach:
  - what the workflow did with an answer: a title in their own words is in its subject's channels, and wherever it was sent
  - the execution's own history and output in Step Functions, until AWS forgets them (90 days after its end)
  - their uploads for videos and what was made from them, with their id and the file names: objects in the bucket, until they expire
  - backups of the table, until their retention ends
  - their id, without a name: in a subject's owners and followers, in names of channels and of removed keys; if a subject of theirs changes later, their list shows it again
  - lists of kinds that are not in LISTS
  - a token that is still valid: remove the account first`;
