/** The part of oidc-provider that the tests use; it comes without types. */
declare module "oidc-provider" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  export interface Context {
    readonly method: string;
    readonly path: string;
    readonly query: Readonly<Record<string, string | undefined>>;
    readonly oidc: {
      readonly params?: { readonly grant_type?: string };
      readonly session?: { accountId?: string };
      readonly client: { readonly clientId: string };
      readonly account: { readonly accountId: string };
      readonly result?: { readonly consent?: { readonly grantId?: string } };
    };
    status: number;
    body: unknown;
    redirect(address: string): void;
  }

  export interface Grant {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  export default class Provider {
    constructor(issuer: string, configuration: object);
    proxy: boolean;
    readonly Grant: new (of: {
      clientId: string;
      accountId: string;
    }) => Grant;
    readonly Session: { get(context: Context): Promise<{ destroy(): Promise<void> }> };
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): void;
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
  }
}
