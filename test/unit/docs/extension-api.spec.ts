/** @jest-environment jsdom */
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import plugin from './extension-example';

const read = (path: string): string => readFileSync(join(__dirname, path), 'utf8');

const COMMAND = 'my-extension:list-subscriptions';
const SCOPE = 'https://management.azure.com/.default';

/** The part of a session that the example uses; its user signs in when prompted. */
function signedOut(): Record<string, unknown> {
  const azure: Record<string, unknown> = {
    state: { kind: 'signed-out' },
    signIn: jest.fn(() => {
      azure['state'] = { kind: 'signed-in', account: { username: 'alice@contoso.com' } };
      (azure['stateChanged'] as Signal<unknown, unknown>).emit(azure['state']);
      return Promise.resolve(azure['state']);
    }),
    getToken: jest.fn(() => Promise.resolve({ token: 'a token' }))
  };
  azure['stateChanged'] = new Signal(azure);
  return azure;
}

describe('docs/extension-api.md', () => {
  it('shows the example that is checked here', () => {
    const example = read('extension-example.ts').replace(
      '../../../src/tokens',
      'jupyter-azure-auth'
    );
    const [, shown] = /```typescript\n(.*?)```/s.exec(read('../../../docs/extension-api.md')) ?? [];
    expect(shown).toBe(example);
  });

  it('lists the subscriptions of a user who signs in', async () => {
    const commands = new CommandRegistry();
    const azure = signedOut();
    const value = [{ displayName: 'Research' }];
    const request = jest.fn(() => Promise.resolve({ json: () => Promise.resolve({ value }) }));
    Object.assign(globalThis, { fetch: request });
    void plugin.activate({ commands } as unknown as JupyterFrontEnd, azure as never);
    expect(commands.label(COMMAND)).toBe('Sign in to Azure and list subscriptions');
    await expect(commands.execute(COMMAND)).resolves.toEqual(['Research']);
    expect(azure['signIn']).toHaveBeenCalledWith({ scopes: [SCOPE] });
    expect(azure['getToken']).toHaveBeenCalledWith(SCOPE);
    expect(request).toHaveBeenCalledWith(
      'https://management.azure.com/subscriptions?api-version=2022-12-01',
      { headers: { Authorization: 'Bearer a token' } }
    );
    expect(commands.label(COMMAND)).toBe('List subscriptions of alice@contoso.com');
  });
});
