import type { CallboardArgs, CallboardResource } from "./arguments.ts";
import { assemble, type Parts } from "./assembly.ts";
import type { Known } from "./known.ts";
import { namesOf } from "./names.ts";
import { prebuilt } from "./prebuilt.ts";
import { said, variablesOf } from "./said.ts";
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
 * Callboard in an SST application: what it has is named after it, and there may be several. Linked to a function it tells
 * its addresses and the name of its bus, and lets the function put events there, and nothing else. It is no component of
 * Pulumi's, so that it is nobody's parent: its parts are the application's own.
 */
export class Callboard {
  /** Where clients connect: `wss://…`. */
  readonly socket: $util.Output<string>;
  /** The HTTP API, without a slash at its end. */
  readonly http: $util.Output<string>;
  /** Where the pages stand; undefined without them. */
  readonly pages: $util.Output<string> | undefined;
  /** Where workflows put their events. */
  readonly bus: CallboardResource;
  /** The policy of the bus. One that Callboard makes has it; that of a bus of one's own is its owner's to set. */
  readonly busPolicy: $util.Output<string>;
  /** The one table. */
  readonly table: CallboardResource;
  /** Where files lie that messages refer to. */
  readonly bucket: CallboardResource;
  /** The queue's URL of events that could not be handed over. */
  readonly undelivered: $util.Output<string>;
  /** The queue's URL of events that a function could not take. */
  readonly failed: $util.Output<string>;
  /** The queue's URL of messages that wake the clock up. */
  readonly wakeups: $util.Output<string>;
  /** The ARN of the topic of all alarms. */
  readonly alarms: $util.Output<string>;
  /** The ARN of the state machine that `npx callboard check` starts. */
  readonly check: $util.Output<string>;
  /** The user pool's id, the id of the pages' client and where people sign in; undefined with an issuer of one's own. */
  readonly people: Readonly<Record<"userPool" | "client" | "signIn", $util.Output<string>>> | undefined;
  /** What SST calls it by where it is linked. */
  readonly urn: $util.Output<string>;
  /**
   * What SST asks of whatever is linked. It is no method: Pulumi copies an object that is no resource of its own, and
   * takes along what the object itself has.
   */
  readonly getSSTLink: () => { properties: Record<string, unknown>; include?: { type: string }[] };

  /**
   * `name` begins the names of all that it has: letters and digits, the first of them a capital. Throws one error that
   * names every argument that is not what it should be.
   */
  constructor(name: string, args?: CallboardArgs);
  /** @internal `inside` is for the repository of Callboard, whose code is there as sources. */
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

/** Reads what was said now and, where some of it is known later, by the same rules once more. */
function settingsOf(name: string, args: CallboardArgs): { settings: Settings; known: Known<Settings> } {
  const { variables, later, problems: wrong, inTheirWords } = said(args, args.environment);
  const read = (all: Variables): Settings => {
    const problems = [...wrong];
    const settings = readSettings($app.stage, all, problems);
    if (problems.length > 0)
      throw new Error(`${name || "Callboard"}: ${problems.map(inTheirWords).join("; ")}`);
    return { ...settings, inTheirWords, production: args.production ?? settings.production };
  };
  const settings = read(variables);
  if (!later) return { settings, known: settings };
  const known = $util.output(later).apply((all) => read(variablesOf(all, variables)));
  return { settings, known: known as $util.Output<Settings> };
}
