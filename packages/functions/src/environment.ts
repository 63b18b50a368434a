import { limits, readKinds } from "@callboard/protocol";
import * as z from "zod/mini";
import type { AuthorizeVariables } from "./authorize-environment.ts";
import { MAILBOX_RULE, readMailbox } from "./doors/mail/address.ts";
import { readSmtpUrl, type SmtpServer } from "./doors/mailers/smtp-url.ts";
import { Lists, readVariables, required, STAGE, url } from "./variables.ts";

/** An address of an AWS service other than its public one. */
const ENDPOINT = z.optional(url("an address"));

/** The SDK's own variables, general and by service. */
const Endpoints = {
  AWS_ENDPOINT_URL: ENDPOINT,
  AWS_ENDPOINT_URL_DYNAMODB: ENDPOINT,
  AWS_ENDPOINT_URL_EVENTBRIDGE: ENDPOINT,
  AWS_ENDPOINT_URL_S3: ENDPOINT,
  AWS_ENDPOINT_URL_SESV2: ENDPOINT,
  AWS_ENDPOINT_URL_SFN: ENDPOINT,
  AWS_ENDPOINT_URL_SQS: ENDPOINT,
  AWS_ENDPOINT_URL_SSM: ENDPOINT,
};

/** The variables of every AWS client; Lambda sets the Region and the credentials. */
const Aws = {
  ...Endpoints,
  AWS_REGION: required("the AWS Region"),
  AWS_ACCESS_KEY_ID: z.optional(z.string()),
  AWS_SECRET_ACCESS_KEY: z.optional(z.string()),
  AWS_SESSION_TOKEN: z.optional(z.string()),
};

const TABLE_NAME = required("the name of the table");
const BUS_NAME = required("the name or ARN of the bus");
const BUCKET = required("the name of the bucket");

const DAYS_RULE = "for how many days finished data are kept, from 0.001 to 3650";
const RETENTION_DAYS = z.optional(
  z.pipe(
    z.string().check(z.regex(/^\d{1,4}(\.\d{1,3})?$/, DAYS_RULE)),
    z.pipe(z.transform(Number), z.number().check(z.minimum(0.001, DAYS_RULE), z.maximum(3650, DAYS_RULE))),
  ),
);

const GENERATION_RULE = "the generation of a restored table, a number of up to 4 digits";
const TABLE_GENERATION = z.optional(z.string().check(z.regex(/^[1-9]\d{0,3}$/, GENERATION_RULE)));

const POSTS_RULE = "the posts per second to the followers of one channel, 10 to 99999";
const POSTS_PER_SECOND = z.optional(
  z.pipe(z.string().check(z.regex(/^[1-9]\d{1,4}$/, POSTS_RULE)), z.transform(Number)),
);

const LISTS = z.optional(
  z.pipe(
    z.string(),
    z.transform((text, context): string[] => {
      const kinds = readKinds(text);
      if (kinds) return kinds;
      const message = "the kinds of subjects that are listed, such as video, separated by commas, or none";
      context.issues.push({ code: "custom", message, input: undefined });
      return z.NEVER;
    }),
  ),
);

const PAGES_URL = z.optional(url("the address of the pages"));

const SECONDS_RULE = "the seconds after which people are notified elsewhere, from 1 to 31536000";
const NOTIFY_AFTER_SECONDS = z.optional(
  z.pipe(
    z.string().check(z.regex(/^[1-9]\d{0,7}$/, SECONDS_RULE)),
    z.pipe(z.transform(Number), z.number().check(z.maximum(limits.timeoutSeconds, SECONDS_RULE))),
  ),
);

const WAKEUPS_QUEUE_URL = url("the address of the queue of wake-ups");

/** The variables of a function that writes rows. */
const Stored = { STAGE, TABLE_NAME, BUS_NAME, RETENTION_DAYS, TABLE_GENERATION };
const ACCOUNT_RULE = "the account that it runs in, 12 digits";
const ACCOUNT_ID = z.optional(z.string().check(z.regex(/^\d{12}$/, ACCOUNT_RULE)));

/** The same for a function that also sends wake-up messages for what it writes. */
const Waking = { ...Stored, WAKEUPS_QUEUE_URL };

/**
 * The variables of each function; an authorizer, which uses no AWS service, has its own file. Each is a function, so that
 * a bundle contains only the one that it calls.
 */

export const socketVariables = () => z.object({ ...Aws, ...Waking, BUCKET });

export const requestsVariables = () => z.object({ ...Aws, ...Waking });

export const ingestVariables = () =>
  z.object({
    ...Aws,
    ...Waking,
    ACCOUNT_ID,
    BUCKET,
    SOCKET_ENDPOINT: url("the address of the WebSocket API's @connections"),
    POSTS_PER_SECOND,
    LISTS,
    PAGES_URL,
    NOTIFY_AFTER_SECONDS,
    PUBLISHERS: z.optional(Lists("what subjects begin with, in lists by source, as JSON")),
  });

export const fanoutVariables = () =>
  z.object({
    ...Aws,
    ...Waking,
    ACCOUNT_ID,
    SOCKET_ENDPOINT: url("the address of the WebSocket API's @connections"),
    POSTS_PER_SECOND,
  });

export const relayVariables = () => z.object({ ...Aws, ...Waking, ACCOUNT_ID });

export const pluginsVariables = () =>
  z.object({
    ...Aws,
    ...Waking,
    ACCOUNT_ID,
    PUBLISHERS: z.optional(Lists("what subjects begin with, in lists by source, as JSON")),
  });

export const clockVariables = () => z.object({ ...Aws, ...Waking });

export const notifyVariables = () =>
  z.object({
    ...Aws,
    ...Stored,
    ACCOUNT_ID,
    PAGES_URL,
    /** The HTTP API's address, for answers without signing in. */
    API_URL: z.optional(url("the address of the HTTP API")),
    /** `a@example.com` or `Callboard <a@example.com>`; without it nobody is notified by mail. */
    MAIL_FROM: z.optional(
      z.string().check(z.refine((text) => readMailbox(text) !== undefined, MAILBOX_RULE)),
    ),
    SES_CONFIGURATION_SET: z.optional(z.string()),
    SMTP_URL: smtpUrl(),
    /** The SSM parameter with the password of the user in `SMTP_URL`. */
    SMTP_PASSWORD_PARAMETER: z.optional(z.string()),
  });

/** An SMTP server in place of SES; its value is never repeated. */
const smtpUrl = () =>
  z.optional(
    z.pipe(
      z.string(),
      z.transform((text, context): SmtpServer => {
        const { server, problem } = readSmtpUrl(text);
        if (server) return server;
        context.issues.push({
          code: "custom",
          message: `the address of an SMTP server: it ${problem}`,
          input: undefined,
        });
        return z.NEVER;
      }),
    ),
  );

/**
 * The operator's command. Without the connections' address and the bucket, clients learn of its changes with their next
 * ping. Without the listed kinds, it does not empty the lists of an erased person. Without the queues' addresses, it
 * does not know their dead letters. If it dies between storing and announcing a change, the change is announced after
 * the clock's next poll.
 */
const cliVariables = () =>
  z.object({
    ...Aws,
    ...Stored,
    WAKEUPS_QUEUE_URL: z.optional(WAKEUPS_QUEUE_URL),
    SOCKET_ENDPOINT: z.optional(url("the address of the WebSocket API's @connections")),
    POSTS_PER_SECOND,
    LISTS,
    BUCKET: z.optional(BUCKET),
    UNDELIVERED_QUEUE_URL: z.optional(url("the address of the queue of undelivered events")),
    FAILED_QUEUE_URL: z.optional(url("the address of the queue of failed invocations")),
  });

const schemas = {
  socket: socketVariables,
  requests: requestsVariables,
  ingest: ingestVariables,
  fanout: fanoutVariables,
  relay: relayVariables,
  clock: clockVariables,
  notify: notifyVariables,
  plugins: pluginsVariables,
  cli: cliVariables,
};

type Schemas = { readonly [F in keyof typeof schemas]: ReturnType<(typeof schemas)[F]> } & {
  readonly authorize: typeof AuthorizeVariables;
};
export type FunctionName = keyof Schemas;
/** The validated environment of a function. */
export type EnvironmentOf<F extends FunctionName> = z.infer<Schemas[F]>;
/** The variables of all functions that use AWS. */
export type AwsEnvironment = Omit<EnvironmentOf<"clock">, "WAKEUPS_QUEUE_URL"> & {
  readonly WAKEUPS_QUEUE_URL?: string | undefined;
};
/** The variables that AWS clients read. */
export type AwsVariables = Pick<AwsEnvironment, Extract<keyof AwsEnvironment, `AWS_${string}`>>;

type Given<F extends FunctionName> = z.input<Schemas[F]>;
/** The variables that a deployment sets for a function; those that AWS itself sets are left out. */
export type VariablesOf<F extends FunctionName> = {
  [Name in keyof Given<F> as Name extends `AWS_${string}` ? never : Name]: Given<F>[Name];
};

/** Reads the variables of any of the functions, as `readVariables` does. */
export const environment = <F extends keyof typeof schemas>(
  name: F,
  variables: Readonly<Record<string, string | undefined>>,
): EnvironmentOf<F> =>
  readVariables(name, schemas[name]() as unknown as z.ZodMiniType<EnvironmentOf<F>>, variables);
