// The arguments and properties of a Callboard. These are the types of the package: they use only SST's own
// globals, so that they mean the same in every application.

/** A bus or bucket of the application, such as SST's and Pulumi's own classes. */
export interface CallboardResource {
  readonly name: $util.Output<string>;
  readonly arn: $util.Output<string>;
}

/** Your own issuer of tokens, in place of a Cognito user pool that Callboard creates. */
export interface CallboardIssuer {
  /** The `iss` of its tokens, over https. */
  readonly url: $util.Input<string>;
  /** Accepted audiences (`aud`, or `client_id` in Cognito's access tokens). Default: any. */
  readonly audience?: $util.Input<string>;
  /**
   * The public client by which people sign in to the pages; it is also an accepted audience. Default: people come with
   * links.
   */
  readonly clientId?: $util.Input<string>;
  /** Its public keys. Default: `<url>/.well-known/jwks.json`. */
  readonly jwksUrl?: $util.Input<string>;
  /** The sign-out address; required for a Cognito user pool: `https://<its domain>/logout`. */
  readonly logoutUrl?: $util.Input<string>;
}

/** A publisher: who may put events on a bus that Callboard creates. */
export interface CallboardPublisher {
  /** An account by its 12 digits, or the ARN of a role or user. */
  readonly principal: $util.Input<string>;
  /** The only `source` that its events may have. */
  readonly source: string;
  /** The prefixes of its subjects: `["order/"]`. */
  readonly subjects: readonly string[];
}

/** A mail server in place of SES. */
export interface CallboardSmtp {
  /** `smtp://user@mail.example.com:587`, or `smtps://user@mail.example.com:465`; without a password. */
  readonly url: string;
  /** The user's password. Default: the secret `<name>SmtpPassword`, as `CallboardSmtpPassword`. */
  readonly password?: $util.Input<string>;
}

/** Domain names as SST's own components take them, so that other DNS providers and existing certificates work. */
export interface CallboardDomains {
  /** The pages' domain. Default: an address of CloudFront. */
  readonly pages?: NonNullable<sst.aws.StaticSiteArgs["domain"]>;
  /** The HTTP API's domain. Default: an address of API Gateway. */
  readonly http?: NonNullable<sst.aws.ApiGatewayV2Args["domain"]>;
  /** The WebSocket API's domain. Default: an address of API Gateway. */
  readonly socket?: NonNullable<sst.aws.ApiGatewayWebSocketArgs["domain"]>;
}

/** The arguments, all of them optional. */
export interface CallboardArgs {
  /** An existing bus, by its name or as a resource; its policy stays yours to set (`busPolicy`). Default: a new one. */
  readonly bus?: $util.Input<string> | CallboardResource;
  /** An existing bucket, by its name or as a resource. Default: a new one. */
  readonly bucket?: $util.Input<string> | CallboardResource;
  /**
   * A table that was restored from a backup: its name, and a number that rises with each restore. Default: a new table.
   */
  readonly table?: { readonly name: $util.Input<string>; readonly generation: number };
  /** Days for which finished requests and objects are kept. Default: 90. */
  readonly retentionDays?: number;
  /**
   * Whether table, users and files are protected from deletion, and logs are kept longer. Default: in stages called
   * `production` or `prod`.
   */
  readonly production?: boolean;
  /** State machines whose executions are followed without changes to them. Default: none. */
  readonly stateMachines?: readonly $util.Input<string>[];
  /** Who may put which events. Default: anybody whom the account's own policies allow. */
  readonly publishers?: readonly CallboardPublisher[];
  /** ARNs of roles and users who may put dead letters on the bus again. Default: none. */
  readonly operators?: readonly $util.Input<string>[];
  /** Whether to take in ServerlessVideo's events on the account's default bus. Default: false. */
  readonly serverlessVideo?: boolean;
  /** Whether life cycles may ask plugins, which answer on the account's default bus. Default: false. */
  readonly plugins?: boolean;
  /** The issuer of people's tokens. Default: a new user pool. */
  readonly issuer?: CallboardIssuer;
  /** Whether anybody may create an account in the new user pool. Default: `closed`. */
  readonly registration?: "open" | "closed";
  /** The claim with a person's id. Default: `sub`. */
  readonly userClaim?: string;
  /** Which of the issuer's tokens the pages send. Default: `id`. */
  readonly pagesToken?: "id" | "access";
  /**
   * Capabilities by role, or `*` for everybody except guests: `{ editors: ["work:*"] }`. Default: to watch, with the new
   * user pool.
   */
  readonly capabilities?: Readonly<Record<string, readonly string[]>>;
  /** Whether people without an account may watch, with guests' tokens from the issuer. Default: false. */
  readonly guests?: boolean;
  /** Whether the web pages are deployed. Default: true. */
  readonly pages?: boolean;
  /** Origins of pages that may call the HTTP API and use the bucket. Default: any. */
  readonly origins?: readonly $util.Input<string>[];
  /** Kinds of subjects that people can follow as a list of recent ones. Default: none. */
  readonly lists?: readonly string[];
  /**
   * `callboard.example`: the pages' domain, with the APIs at `api.` and `socket.` under it; or a domain for each part.
   */
  readonly domain?: string | CallboardDomains;
  /** Who is mailed, and the account's limit of concurrent executions (1000): an alarm goes off at four fifths. */
  readonly alarms?: { readonly email?: $util.Input<string>; readonly concurrency?: number };
  /**
   * After how many seconds people are notified by mail or webhook of a question that nobody has opened. Default: never.
   */
  readonly notifyAfterSeconds?: number;
  /**
   * The sender of mails: `Callboard <a@example.com>`; without `smtp` an SES identity in this Region. Default: no mails.
   */
  readonly mailFrom?: string;
  /** Sends mails through your own server. Default: SES. */
  readonly smtp?: CallboardSmtp;
  /** Posts per second to all followers of one channel, when there are many. Default: 5000. */
  readonly postsPerSecond?: number;
  /** Settings for which no argument is given, by the variables of docs/deploy.md: `process.env`. Default: none. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}
