import type { Clock, Doors, Log } from "@callboard/core";
import { namedProvider, publicEndpoint, ssmOf } from "../aws/clients.ts";
import { ssmSecret } from "../aws/ssm-secret.ts";
import type { EnvironmentOf } from "../environment.ts";
import { fetchPicture } from "./fetch-picture.ts";
import { type GuardOptions, guardedFetch } from "./guarded-fetch.ts";
import { mailDoor } from "./mail.ts";
import type { Mailer } from "./mailers/mailer.ts";
import { sesMailer } from "./mailers/ses.ts";
import { webhookDoor } from "./webhook.ts";

type Told = EnvironmentOf<"notify">;

interface Around {
  readonly clock: Clock;
  readonly log: Pick<Log, "warn">;
  /** IP addresses that may be reached although they are not public: only on your own machine. */
  readonly allow?: GuardOptions["allow"];
}

/**
 * Opens the doors for which the function has settings: each needs the addresses of the pages and the HTTP API; mail also
 * needs a sender.
 */
export function openDoors(environment: Told, { clock, log, allow }: Around): Doors {
  const { PAGES_URL: pages, API_URL: apiUrl, MAIL_FROM: from } = environment;
  if (!pages || !apiUrl) return {};
  const fetch = guardedFetch(allow ? { allow } : {});
  const webhook = webhookDoor({ fetch, pages, apiUrl, now: clock.now });
  if (!from) return { webhook };
  const mailer = mailerOf(environment, { clock, log });
  const mail = mailDoor({
    mailer,
    fetchPicture: (url) => fetchPicture(fetch, url),
    clock,
    pagesUrl: pages,
    apiUrl,
    from,
  });
  return { webhook, mail };
}

/** SES, or the SMTP server that is named instead. The SMTP library is loaded with the first mail. */
function mailerOf(environment: Told, { clock, log }: Around): Mailer {
  const { SMTP_URL: server, SMTP_PASSWORD_PARAMETER: parameter } = environment;
  if (server) {
    const password = parameter ? { password: ssmSecret(ssmOf(environment, { log }), parameter) } : {};
    return lateMailer(async () =>
      (await import("./mailers/smtp.ts")).smtpMailer({ server, log, ...password }),
    );
  }
  const { SES_CONFIGURATION_SET: configurationSet, AWS_REGION: region } = environment;
  const { AWS_ENDPOINT_URL_SESV2: own, AWS_ENDPOINT_URL: general } = environment;
  return sesMailer({
    endpoint: own ?? general ?? publicEndpoint("email", region),
    region,
    credentials: namedProvider(environment),
    clock,
    log,
    ...(configurationSet ? { configurationSet } : {}),
  });
}

function lateMailer(load: () => Promise<Mailer>): Mailer {
  let loading: Promise<Mailer> | undefined;
  return {
    async send(mail) {
      loading ??= load();
      return (await loading).send(mail);
    },
  };
}
