import { untilWritten } from "../access/people.ts";
import type { Ports } from "../ports/index.ts";
import { codeSent, issueCode } from "../reach/address.ts";
import { addresseeOf } from "./notice.ts";
import type { NotifyPersonPorts } from "./notify-person.ts";

type CodePorts = Pick<NotifyPersonPorts, "doors"> &
  Pick<Ports, "clock" | "ids" | "log"> & { readonly reach: Pick<Ports["reach"], "read" | "replace"> };

/** A code could not be sent for now; the event is retried, with another code. */
class CodeNotSent extends Error {
  override readonly name = "CodeNotSent";
}

/**
 * Handles Address Claimed: sends a code to the address that a person claims. The code's hash is stored before it is
 * sent, so that the code in the mail can be confirmed. Then it is recorded as sent, so that a repeat of the event sends
 * no other code.
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
    // If the person changed it meanwhile, this record no longer matters.
    await ports.reach.replace(issue.reach, codeSent(issue.reach, ports.clock.now()));
    return undefined;
  });
}
