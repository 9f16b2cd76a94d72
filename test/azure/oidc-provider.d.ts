/** The part of `oidc-provider` that is used here; the package ships no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  /** Koa's context, as far as a middleware here needs it. */
  export interface Context {
    readonly req: IncomingMessage;
    status: number;
    body: unknown;
    readonly oidc: { readonly entities: { readonly Account?: { readonly accountId: string } } };
  }

  interface Model {
    save(): Promise<string>;
  }

  interface Grant extends Model {
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
  }

  export interface AccessToken {
    readonly accountId: string;
    readonly clientId: string;
  }

  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    readonly Client: { find(id: string): Promise<object | undefined> };
    readonly Grant: new (properties: object) => Grant;
    readonly AuthorizationCode: new (properties: object) => Model;
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): this;
    on(event: 'grant.error', listener: (context: Context, error: Error) => void): this;
    on(event: 'server_error', listener: (context: Context, error: Error) => void): this;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  }

  export default Provider;
}
