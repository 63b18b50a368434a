import { untilWritten } from "../access/people.ts";
import type { Ports } from "../ports/index.ts";
import { codeSent, issueCode } from "../reach/address.ts";
import { addresseeOf } from "./notice.ts";
import type { TellPorts } from "./tell-person.ts";

type CodePorts = Pick<TellPorts, "doors"> &
  Pick<Ports, "clock" | "ids" | "log"> & { readonly reach: Pick<Ports["reach"], "read" | "replace"> };

/** A code that could not be sent for now; whoever is told tries it again, with another one. */
class CodeNotSent extends Error {
  override readonly name = "CodeNotSent";
}

/**
 * Address Claimed: sends a code to the address that somebody says to be theirs. Its hash is kept before it is sent, so that
 * the one that is read can be confirmed, and then that it was sent, so that the same event again sends no other.
 */
export async function addressClaimed(ports: CodePorts, key: string): Promise<void> {
  const { mail } = ports.doors;
  if (!mail) return ports.log.metric("codes", 1, { outcome: "no_mail" });
  return untilWritten(async () => {
    const reach = await ports.reach.read(key);
    if (!reach) return undefined;
    const issue = issueCode(ports.ids, reach, ports.clock.now());
    if (issue.outcome === "nothing") return ports.log.metric("codes", 1, { outcome: "nothing" });
    if (!(await ports.reach.replace(reach, issue.reach))) return "lost";
    const { outcome } = await mail.confirm({ address: issue.address }, addresseeOf(reach), issue.code);
    ports.log.metric("codes", 1, { outcome });
    if (outcome === "again") throw new CodeNotSent("a code was not sent: the mail door could not take it");
    // Whoever has changed it meanwhile waits for another code, or for none.
    await ports.reach.replace(issue.reach, codeSent(issue.reach, ports.clock.now()));
    return undefined;
  });
}
