import { type ServerExtensionClient, fieldsOf } from '../../../src/server-api/client';

export const ACCOUNT = {
  id: 'o.t',
  name: 'Alice',
  username: 'alice@contoso.com',
  tenant_id: 'contoso-id'
};
export const SIGNED_IN = { account: ACCOUNT, source: 'loopback', signed_in_at: 5, ended_by: null };
export const NO_SIGN_IN = { account: null, source: null, signed_in_at: null, ended_by: null };

/** Answers by route, fails by rejecting, and records its requests. */
export class FakeServer {
  readonly baseUrl = '/user/';
  readonly asked: [string, object][] = [];
  readonly answers: Record<string, object | Promise<object>> = {
    'loopback/start': {
      attempt_id: 'attempt',
      proof: 'PROOF',
      authorize_url: 'https://login.example/authorize'
    },
    'loopback/status': { state: 'pending' },
    'loopback/cancel': {},
    'sign-out': {},
    session: SIGNED_IN
  };

  async post(route: string, fields: object = {}): Promise<ReadonlyMap<string, unknown>> {
    this.asked.push([route, fields]);
    const answer = await this.answers[route];
    if (answer instanceof Error) {
      throw answer;
    }
    return fieldsOf(answer);
  }

  get self(): ServerExtensionClient {
    return this as unknown as ServerExtensionClient;
  }

  count(route: string): number {
    return this.asked.filter(([asked]) => asked === route).length;
  }
}
