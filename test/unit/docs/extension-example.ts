import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IAzureAuth } from '../../../src/tokens';

const SCOPE = 'https://management.azure.com/.default';
const SUBSCRIPTIONS = 'https://management.azure.com/subscriptions?api-version=2022-12-01';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'my-extension:subscriptions',
  description: 'Lists the Azure subscriptions of the signed-in user.',
  autoStart: true,
  requires: [IAzureAuth],
  activate: (app: JupyterFrontEnd, azure: IAzureAuth) => {
    const { commands } = app;
    const command = 'my-extension:list-subscriptions';
    commands.addCommand(command, {
      describedBy: { args: { type: 'object', properties: {} } },
      label: () =>
        azure.state.kind === 'signed-in'
          ? `List subscriptions of ${azure.state.account.username}`
          : 'Sign in to Azure and list subscriptions',
      execute: async () => {
        if (azure.state.kind !== 'signed-in') {
          // Before any other await: browsers open windows only during a click.
          await azure.signIn({ scopes: [SCOPE] });
        }
        const { token } = await azure.getToken(SCOPE);
        const headers = { Authorization: `Bearer ${token}` };
        const response = await fetch(SUBSCRIPTIONS, { headers });
        const { value } = (await response.json()) as { value: { displayName: string }[] };
        return value.map(subscription => subscription.displayName);
      }
    });
    azure.stateChanged.connect(() => commands.notifyCommandChanged(command));
  }
};

export default plugin;
