// What whoever makes a Callboard says of it, and what it gives back. These are the types of the package: they name
// nothing but SST's own globals, so that they mean the same in anybody's application.

/** A bus or bucket of the application, as SST's and Pulumi's own classes are. */
export interface CallboardResource {
  readonly name: $util.Output<string>;
  readonly arn: $util.Output<string>;
}

/** Who says who people are, if they are not to have accounts in a Cognito user pool that Callboard makes. */
export interface CallboardIssuer {
  /** As its tokens name it (`iss`), over https. */
  readonly url: $util.Input<string>;
  /** Whom its tokens are for (`aud`, or `client_id` in Cognito's access tokens). Default: anybody. */
  readonly audience?: $util.Input<string>;
  /** The public client by which people sign in to the pages; it counts as an audience too. Default: people come with links. */
  readonly clientId?: $util.Input<string>;
  /** Its public keys. Default: `<url>/.well-known/jwks.json`. */
  readonly jwksUrl?: $util.Input<string>;
  /** Where people sign out; a Cognito user pool needs it: `https://<its domain>/logout`. */
  readonly logoutUrl?: $util.Input<string>;
}

/** Who may put events on a bus that Callboard makes. */
export interface CallboardPublisher {
  /** An account by its 12 digits, or the ARN of a role or user. */
  readonly principal: $util.Input<string>;
  /** The only `source` that its events may have. */
  readonly source: string;
  /** What its subjects begin with: `["order/"]`. */
  readonly subjects: readonly string[];
}

/** A server that mails go through in place of SES. */
export interface CallboardSmtp {
  /** `smtp://user@mail.example.com:587`, or `smtps://user@mail.example.com:465`; without a password. */
  readonly url: string;
  /** The user's password. Default: the secret `<name>SmtpPassword`, as `CallboardSmtpPassword`. */
  readonly password?: $util.Input<string>;
}

/** Domain names as SST's own components take them, so that other DNS providers and certificates that are there work. */
export interface CallboardDomains {
  /** Of the pages. Default: an address of CloudFront's. */
  readonly pages?: NonNullable<sst.aws.StaticSiteArgs["domain"]>;
  /** Of the HTTP API. Default: an address of API Gateway's. */
  readonly http?: NonNullable<sst.aws.ApiGatewayV2Args["domain"]>;
  /** Of the WebSocket API. Default: an address of API Gateway's. */
  readonly socket?: NonNullable<sst.aws.ApiGatewayWebSocketArgs["domain"]>;
}

/** Everything may be left out. */
export interface CallboardArgs {
  /** A bus that is there, by its name or as a resource; its policy stays its owner's (`busPolicy`). Default: a new one. */
  readonly bus?: $util.Input<string> | CallboardResource;
  /** A bucket that is there, by its name or as a resource. Default: a new one. */
  readonly bucket?: $util.Input<string> | CallboardResource;
  /** A table that was restored from a backup: its name, and a number that rises with each restore. Default: a new one. */
  readonly table?: { readonly name: $util.Input<string>; readonly generation: number };
  /** Days for which what has ended is kept. Default: 90. */
  readonly retentionDays?: number;
  /** Whether table, people and files outlive a mistake, and logs are kept longer. Default: in stages called `production` or `prod`. */
  readonly production?: boolean;
  /** State machines whose executions are followed without a word from them. Default: none. */
  readonly stateMachines?: readonly $util.Input<string>[];
  /** Who may put which events. Default: whoever the account lets. */
  readonly publishers?: readonly CallboardPublisher[];
  /** ARNs of roles and users who put dead letters on the bus again. Default: none. */
  readonly operators?: readonly $util.Input<string>[];
  /** Whether ServerlessVideo's events on the account's default bus are taken in. Default: false. */
  readonly serverlessVideo?: boolean;
  /** Whether life cycles may ask plugins, which answer on the account's default bus. Default: false. */
  readonly plugins?: boolean;
  /** Who says who people are. Default: a new user pool. */
  readonly issuer?: CallboardIssuer;
  /** Whether anybody may make an account in the new user pool. Default: `closed`. */
  readonly registration?: "open" | "closed";
  /** The claim that holds a person's id. Default: `sub`. */
  readonly userClaim?: string;
  /** Which of the issuer's tokens the pages send. Default: `id`. */
  readonly pagesToken?: "id" | "access";
  /** What roles, or `*` for everybody with a token, may: `{ editors: ["work:*"] }`. Default: to watch, with the new user pool. */
  readonly capabilities?: Readonly<Record<string, readonly string[]>>;
  /** Whether people without an account, whom the issuer gives tokens of guests, may watch. Default: false. */
  readonly guests?: boolean;
  /** Whether the web pages are deployed. Default: true. */
  readonly pages?: boolean;
  /** Origins of pages that may call the HTTP API and reach the bucket. Default: any. */
  readonly origins?: readonly $util.Input<string>[];
  /** Kinds of subjects whose recent ones people can follow as a list. Default: none. */
  readonly lists?: readonly string[];
  /** `callboard.example`: the pages stand there, the APIs at `api.` and `socket.` before it; or each part's own. */
  readonly domain?: string | CallboardDomains;
  /** Who is mailed, and how many concurrent executions the account may have (1000): an alarm goes off at four fifths. */
  readonly alarms?: { readonly email?: $util.Input<string>; readonly concurrency?: number };
  /** After how many seconds people are told by mail or webhook of a question that nobody has opened. Default: never. */
  readonly notifyAfterSeconds?: number;
  /** Whom mails are from: `Callboard <a@example.com>`; without `smtp` an identity of SES's in this Region. Default: nobody is told by mail. */
  readonly mailFrom?: string;
  /** Sends mails through a server of your own. Default: SES. */
  readonly smtp?: CallboardSmtp;
  /** Posts a second to those who follow one channel, when they are many. Default: 5000. */
  readonly postsPerSecond?: number;
  /** Says what no argument says, by the variables of docs/deploy.md: `process.env`. Default: nothing. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}
