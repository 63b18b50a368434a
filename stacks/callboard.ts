import type { CallboardArgs, CallboardResource } from "./arguments.ts";
import { assemble, type Parts } from "./assembly.ts";
import { said, variablesOf } from "./given.ts";
import type { Known } from "./known.ts";
import { namesOf } from "./names.ts";
import { prebuilt } from "./prebuilt.ts";
import { readSettings, type Settings, type Variables } from "./settings.ts";

export type {
  CallboardArgs,
  CallboardDomains,
  CallboardIssuer,
  CallboardPublisher,
  CallboardResource,
  CallboardSmtp,
} from "./arguments.ts";

/**
 * Callboard in an SST application. Its parts are named after it, so there may be several. A function that is linked to it
 * gets its addresses and its bus's name, and may put events there, nothing else. It is not a Pulumi component, so its
 * parts have no parent: they belong to the application.
 */
export class Callboard {
  /** Where clients connect: `wss://…`. */
  readonly socket: $util.Output<string>;
  /** The HTTP API, without a slash at its end. */
  readonly http: $util.Output<string>;
  /** The address of the pages; undefined without them. */
  readonly pages: $util.Output<string> | undefined;
  /** The bus on which workflows put their events. */
  readonly bus: CallboardResource;
  /** The policy of the bus. A bus that Callboard creates has it; your own bus's policy is yours to set. */
  readonly busPolicy: $util.Output<string>;
  /** The one table. */
  readonly table: CallboardResource;
  /** The bucket of files that messages refer to. */
  readonly bucket: CallboardResource;
  /** The URL of the queue of events that could not be delivered. */
  readonly undelivered: $util.Output<string>;
  /** The URL of the queue of events that a function could not process. */
  readonly failed: $util.Output<string>;
  /** The URL of the queue of wake-up messages for the clock. */
  readonly wakeups: $util.Output<string>;
  /** The ARN of the topic of all alarms. */
  readonly alarms: $util.Output<string>;
  /** The ARN of the state machine that `npx callboard check` starts. */
  readonly check: $util.Output<string>;
  /** The user pool's id, the pages' client id and the sign-in address; undefined with your own issuer. */
  readonly people: Readonly<Record<"userPool" | "client" | "signIn", $util.Output<string>>> | undefined;
  /** SST's name for it where it is linked. */
  readonly urn: $util.Output<string>;
  /**
   * What SST needs of anything that is linked. It is not a method: Pulumi copies an object that is not its own resource,
   * with the object's own properties only.
   */
  readonly getSSTLink: () => { properties: Record<string, unknown>; include?: { type: string }[] };

  /**
   * `name` is the prefix of all names: letters and digits, beginning with a capital. Throws one error that names every
   * invalid argument.
   */
  constructor(name: string, args?: CallboardArgs);
  /** @internal `inside` is for Callboard's own repository, which has the code as sources. */
  constructor(name: string, args: CallboardArgs, inside: Pick<Parts, "code" | "workflow">);
  constructor(
    name: string,
    args: CallboardArgs = {},
    inside: Pick<Parts, "code" | "workflow"> = { code: prebuilt() },
  ) {
    if (!/^([A-Z][A-Za-z0-9]{0,31})?$/.test(name))
      throw new Error(
        "the name of a Callboard has up to 32 letters and digits, and begins with a capital: Callboard",
      );
    const made = assemble({ ...inside, args, names: namesOf(name), ...settingsOf(name, args) });
    this.socket = made.socket;
    this.http = made.http;
    this.pages = made.pages as $util.Output<string> | undefined;
    this.bus = made.bus;
    this.busPolicy = made.busPolicy;
    this.table = made.table;
    this.bucket = made.bucket;
    this.undelivered = made.undelivered;
    this.failed = made.failed;
    this.wakeups = made.wakeups;
    this.alarms = made.alarms;
    this.check = made.check;
    this.people = made.people;
    const link = new sst.Linkable(name || "Callboard", {
      properties: {
        socket: made.socket,
        http: made.http,
        bus: made.bus.name,
        ...(made.pages ? { pages: made.pages } : {}),
      },
      include: [sst.aws.permission({ actions: ["events:PutEvents"], resources: [made.bus.arn] })],
    });
    this.urn = link.urn;
    this.getSSTLink = () => link.getSSTLink();
  }
}

/** Reads the settings that are known now and, if some are known later, checks all by the same rules then. */
function settingsOf(name: string, args: CallboardArgs): { settings: Settings; known: Known<Settings> } {
  const { variables, later, problems: wrong, rephrase } = said(args, args.environment);
  const read = (all: Variables): Settings => {
    const problems = [...wrong];
    const settings = readSettings($app.stage, all, problems);
    if (problems.length > 0) throw new Error(`${name || "Callboard"}: ${problems.map(rephrase).join("; ")}`);
    return { ...settings, rephrase, production: args.production ?? settings.production };
  };
  const settings = read(variables);
  if (!later) return { settings, known: settings };
  const known = $util.output(later).apply((all) => read(variablesOf(all, variables)));
  return { settings, known: known as $util.Output<Settings> };
}
