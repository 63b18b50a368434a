import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Person, TestIssuer } from "./issuer.ts";

/** The part of Cognito's API with which an administrator creates accounts; they can sign in at the issuer. */
export interface UserPool {
  readonly url: string;
  /** The requests, as they came over the wire. */
  readonly calls: { readonly operation: string; readonly input: Record<string, unknown> }[];
  close(): Promise<void>;
}

interface Input {
  readonly Username: string;
  readonly UserAttributes?: readonly { readonly Name: string; readonly Value: string }[];
  readonly GroupName?: string;
  readonly Password?: string;
  readonly Permanent?: boolean;
}

/** A created account, which cannot sign in until it has a password. */
type Made = Person & { readonly password?: string };

export async function openUserPool(issuer: TestIssuer): Promise<UserPool> {
  const made = new Map<string, Made>();
  const calls: UserPool["calls"] = [];

  /** The account after an operation; undefined if Cognito would refuse it. */
  function changed(operation: string, input: Input): Made | undefined {
    const { Username: login, UserAttributes = [], GroupName, Password = "", Permanent } = input;
    const before = made.get(login);
    const attributes = Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]));
    const { name = login, email = "", email_verified: verified } = attributes;
    switch (operation) {
      case "AdminCreateUser":
        return before ? undefined : { name, email, verified: verified === "true", groups: [] };
      case "AdminAddUserToGroup":
        return before && GroupName ? { ...before, groups: [...before.groups, GroupName] } : undefined;
      case "AdminSetUserPassword":
        return before && Permanent && Password.length >= 12 ? { ...before, password: Password } : undefined;
      default:
        return undefined;
    }
  }

  async function answer(request: IncomingMessage): Promise<number> {
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    const input = JSON.parse(await text(request)) as Input & Record<string, unknown>;
    calls.push({ operation, input });
    const person = changed(operation, input);
    if (!person) return 400;
    made.set(input.Username, person);
    if (person.password !== undefined) issuer.people[input.Username] = person;
    return 200;
  }

  const server = createServer(async (request, response) => {
    const status = await answer(request);
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(status === 200 ? {} : { __type: "InvalidParameterException" }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
