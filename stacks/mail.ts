import { readMailbox } from "@callboard/functions/deployment";
import { longestName, type Names } from "./names.ts";
import type { Statement } from "./permissions.ts";
import type { Settings } from "./settings.ts";

/** What `notify` needs to send mails by SES. */
export interface Mail {
  /** The name of its configuration set. */
  readonly configurationSet: $util.Output<string>;
  readonly from: string;
  readonly permissions: readonly Statement[];
}

/**
 * Sends as one address, whose domain or itself is an identity of SES's in this Region and stays its owner's. Bounces and
 * complaints are told to EventBridge, by a configuration set of the stage's own. Undefined: nobody is told by mail.
 */
export function mail({ inStack, stageName }: Names, { mailFrom }: Settings): Mail | undefined {
  if (mailFrom === undefined) return undefined;
  const region = aws.getRegionOutput().region;
  const { accountId } = aws.getCallerIdentityOutput();
  const set = new aws.sesv2.ConfigurationSet(inStack("Mail"), {
    configurationSetName: stageName(longestName.configurationSet),
  });
  new aws.sesv2.ConfigurationSetEventDestination(inStack("MailFeedback"), {
    configurationSetName: set.configurationSetName,
    eventDestinationName: "feedback",
    eventDestination: {
      enabled: true,
      matchingEventTypes: ["BOUNCE", "COMPLAINT"],
      eventBridgeDestination: {
        eventBusArn: $interpolate`arn:aws:events:${region}:${accountId}:event-bus/default`,
      },
    },
  });
  // As `notify` writes it: IAM's conditions are case-sensitive.
  const { address } = readMailbox(mailFrom)!;
  const identity = (name: string) => $interpolate`arn:aws:ses:${region}:${accountId}:identity/${name}`;
  return {
    configurationSet: set.configurationSetName,
    from: mailFrom,
    permissions: [
      {
        actions: ["ses:SendEmail"],
        resources: [identity(address), identity(address.slice(address.lastIndexOf("@") + 1)), set.arn],
        conditions: [{ test: "StringEquals", variable: "ses:FromAddress", values: [address] }],
      },
    ],
  };
}
