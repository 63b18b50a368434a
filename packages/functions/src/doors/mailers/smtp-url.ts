/** An SMTP server, and the user who signs in there. */
export interface SmtpServer {
  /** A name, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Whether TLS starts with the first byte, or by STARTTLS. */
  readonly secure: boolean;
  readonly user?: string;
  readonly password?: string;
}

/** `problem` follows the name of a setting, and contains nothing of its value. */
type SmtpUrlRead =
  | { readonly server: SmtpServer; readonly problem?: never }
  | { readonly problem: string; readonly server?: never };

const MAX_URL_LENGTH = 1000;

const form =
  "is not an address such as smtp://user@host:587 or smtps://user@host:465, where in user and password @ is %40, " +
  "/ is %2F, # is %23 and % is %25";

/**
 * Reads `smtp://user:password@host:587` (TLS by STARTTLS) or `smtps://…:465` (TLS at once); user, password and port may
 * be left out. A port whose servers use the other kind of TLS is a problem: no mail could ever be sent.
 */
export function readSmtpUrl(text: string): SmtpUrlRead {
  const isText = text.length <= MAX_URL_LENGTH && !/\p{Cc}/u.test(text);
  if (!isText || !/^smtps?:\/\//i.test(text) || !URL.canParse(text)) return { problem: form };
  const { protocol, username, password, hostname, port: named, pathname, search, hash } = new URL(text);
  if (search !== "") return { problem: "has a ?: there are no options, and in a password it is %3F" };
  if (hash !== "" || (pathname !== "" && pathname !== "/")) return { problem: form };
  const host = hostOf(hostname);
  if (host === undefined || named === "0" || (password !== "" && username === "")) return { problem: form };
  const [user, secret] = [decoded(username), decoded(password)];
  if (user === undefined || secret === undefined)
    return { problem: "has a % in its user or password that is to be written as %25" };
  if (/\p{Cc}/u.test(user + secret)) return { problem: form };
  const secure = protocol === "smtps:";
  const port = named === "" ? (secure ? 465 : 587) : Number(named);
  if (!secure && port === 465)
    return { problem: "names port 465, where servers speak TLS at once: say smtps:" };
  if (secure && (port === 587 || port === 25))
    return { problem: `names port ${port}, where servers begin TLS by STARTTLS: say smtp:` };
  return {
    server: {
      host,
      port,
      secure,
      ...(user === "" ? {} : { user }),
      ...(secret === "" ? {} : { password: secret }),
    },
  };
}

/** The server's name for people: `mail.example.com:587`. */
export const smtpPlace = ({ host, port }: Pick<SmtpServer, "host" | "port">): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;

/** A name in ASCII, or an IP address; undefined for anything else. */
function hostOf(hostname: string): string | undefined {
  const [, address] = /^\[([\da-f:.]+)\]$/i.exec(hostname) ?? [];
  const name = hostname.toLowerCase();
  return address ?? (/^[a-z\d_]([\w.-]{0,251}[a-z\d_])?$/.test(name) ? name : undefined);
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
