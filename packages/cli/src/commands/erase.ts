import type { Erased, ErasedCounts } from "@callboard/core";
import { Principal } from "@callboard/protocol";
import { atPlace } from "../at-place.ts";
import type { Ended, Options, Terminal } from "../terminal.ts";

/** Takes a person's name and words out of all that is kept, once somebody has said yes. */
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
      ? `${principal} is not a person: a role has neither name nor words; erase its members, each as user/<id>`
      : `${principal} is the pseudonym of somebody who was erased`,
  );
  return "failed";
}

async function confirmed(terminal: Terminal, principal: Principal): Promise<boolean> {
  const question = `This takes the name and words of ${principal} out of requests, ledger, channels and those who are found by name, for good. Go on? [y/N] `;
  return /^y(es)?$/i.test((await terminal.ask(question))?.trim() ?? "");
}

const words: Readonly<Record<keyof ErasedCounts, string>> = {
  requests: "requests",
  ledgerRows: "rows of the ledger",
  attentionRows: "rows of who attended",
  inboxItems: "items of the inbox",
  names: "entries of who is found by name",
  addresses: "records of how they are reached",
  listedSubjects: "subjects in lists of what is theirs",
};

function report(
  terminal: Terminal,
  principal: Principal,
  { alias, counts, open, underWay }: Extract<Erased, { outcome: "erased" }>,
): "done" | "failed" {
  const found = Object.entries(counts).some(([, count]) => count > 0);
  if (found) {
    terminal.print(`${principal} was taken out; where something was done, ${alias} did it now:`);
    for (const [name, what] of Object.entries(words) as [keyof ErasedCounts, string][])
      terminal.print(`  ${what}: ${counts[name]}`);
  } else if (underWay.length === 0) terminal.print(`nothing was found of ${principal}`);
  if (open.length > 0)
    terminal.print(`Still open, and no longer put to them; an owner can ask others: ${open.join(", ")}`);
  terminal.print(unreached);
  if (underWay.length === 0) return "done";
  terminal.warn(
    `left as they are, since an answer or a change is on its way: ${underWay.join(", ")}; run it again in a minute`,
  );
  return "failed";
}

const unreached = `It does not reach:
  - what the workflow made of an answer: a title in their own words stands in its subject's channels and wherever it went
  - the execution's own history and output in Step Functions, until AWS forgets them (90 days after its end)
  - what they uploaded for videos and what was made of it, with their id and the names of the files: objects of the bucket, until they expire
  - backups of the table, within their own retention
  - their id, without a name: in a subject's owners and followers, in names of channels and of removed keys; a subject of theirs that changes later is listed under it anew
  - lists of kinds that LISTS does not name
  - a token that is still valid: take the account away first`;
