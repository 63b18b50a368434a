import { readMailbox } from "@callboard/functions/deployment";
import type { CallboardSmtp } from "./arguments.ts";
import type { Variables } from "./functions.ts";
import { longestName, type Names } from "./names.ts";
import type { Statement } from "./permissions.ts";
import type { Settings } from "./settings.ts";

/** What `notify` needs to send mails. */
export interface Mail {
  readonly environment: Partial<Variables<"notify">>;
  readonly permissions: readonly Statement[];
}

/** Undefined: nobody is notified by mail. Mails go through SES or the configured server, never both. */
export function mail(
  names: Names,
  { mailFrom, smtpUrl }: Settings,
  password: CallboardSmtp["password"],
): Mail | undefined {
  if (mailFrom === undefined) return undefined;
  const { environment, permissions } = smtpUrl ? bySmtp(names, smtpUrl, password) : bySes(names, mailFrom);
  return { environment: { MAIL_FROM: mailFrom, ...environment }, permissions };
}

/**
 * Sends through a server whose password only `notify` may read, from an encrypted parameter: everybody who may look at a
 * function sees its environment. SSM's own key lets every principal of the account decrypt through SSM, so the right to
 * read the parameter is enough
 * (https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-restrict-decryption.html).
 */
function bySmtp({ inStack, stageName }: Names, url: string, password: CallboardSmtp["password"]): Mail {
  const parameter = new aws.ssm.Parameter(inStack("SmtpParameter"), {
    name: stageName(longestName.parameter, "smtp-password"),
    type: "SecureString",
    value: $util.secret(password ?? new sst.Secret(inStack("SmtpPassword")).value),
  });
  return {
    environment: { SMTP_URL: url, SMTP_PASSWORD_PARAMETER: parameter.name },
    permissions: [{ actions: ["ssm:GetParameter"], resources: [parameter.arn] }],
  };
}

/**
 * Sends from one address; it or its domain is an existing SES identity in this Region. SES reports bounces and complaints
 * to EventBridge, through a configuration set of the stage's own.
 */
function bySes({ inStack, stageName }: Names, mailFrom: string): Mail {
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
  // Spelled as `notify` does: IAM's conditions are case-sensitive.
  const { address } = readMailbox(mailFrom)!;
  const identity = (name: string) => $interpolate`arn:aws:ses:${region}:${accountId}:identity/${name}`;
  return {
    environment: { SES_CONFIGURATION_SET: set.configurationSetName },
    permissions: [
      {
        actions: ["ses:SendEmail"],
        resources: [identity(address), identity(address.slice(address.lastIndexOf("@") + 1)), set.arn],
        conditions: [{ test: "StringEquals", variable: "ses:FromAddress", values: [address] }],
      },
    ],
  };
}
