import type { Locator } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Jupyter } from './jupyter';
import { Lab } from './lab';
import { environmentFor, expect, type LocalAzure, test, traitsFor } from './fixtures';

const REDIRECT_PAGE = 'lab/extensions/jupyter-azure-auth/static/redirect.html';

/** A JupyterLab with other traits set by its administrator, for as long as `use` takes. */
async function withTraits(
  azure: LocalAzure,
  traits: object,
  use: (jupyter: Jupyter) => Promise<void>
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'jupyter-configured-'));
  const jupyter = await Jupyter.start(folder, { AzureAuth: traits }, await environmentFor(azure));
  try {
    await use(jupyter);
  } finally {
    await jupyter.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** Open the settings of this extension. @param editor - Absent: the form. */
async function openSettings({ page }: Lab, editor?: string): Promise<void> {
  await page.keyboard.press('Control+,');
  if (editor !== undefined) {
    await page.getByRole('button', { name: editor }).click();
  }
  await page.locator('.jp-PluginList:visible').getByText('Azure', { exact: true }).click();
}

/** Type settings into the JSON editor of the Settings Editor. */
async function changeSettings(lab: Lab, settings: object): Promise<void> {
  const { page } = lab;
  await openSettings(lab, 'JSON Settings Editor');
  const editor = page.locator('.jp-SettingsRawEditor-user .cm-content');
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(JSON.stringify(settings));
  await page.keyboard.press('Control+s');
}

test('says what to register, and is ready once the user has entered it', async ({
  page,
  azure,
  alice
}, { testId }) => {
  // On localhost no registration would be needed, if the administrator allowed that method.
  await withTraits(azure, { sources: ['popup'] }, async jupyter => {
    const lab = new Lab(page, jupyter, testId);
    await lab.open(await jupyter.write('not-configured.ipynb', ['']));
    await lab.showPanel();
    await expect(lab.panel).toContainText('Signing in needs an app registration first.');
    await expect(lab.panel.getByRole('code')).toHaveText(`${jupyter.url}${REDIRECT_PAGE}`);
    await expect(lab.button('Sign in')).toHaveCount(0);

    const { clientId, authority, authorityMetadata } = azure;
    await changeSettings(lab, { clientId, authority, authorityMetadata });
    await expect(lab.button('Sign in')).toBeVisible();
    await lab.signIn(alice);
  });
});

test('names the invalid setting of the administrator', async ({ page, azure }, info) => {
  const traits = { ...traitsFor(azure)['AzureAuth'], authority: null, cloud: 'AzureMoonCloud' };
  await withTraits(azure, traits, async jupyter => {
    const lab = new Lab(page, jupyter, info.testId);
    await lab.open(await jupyter.write('malformed.ipynb', ['']));
    await lab.showPanel();
    await expect(lab.panel.getByRole('status')).toContainText('c.AzureAuth.cloud');
    await expect(lab.panel).not.toContainText('AzureMoonCloud');
  });
});

test('recovers from a redirect URI that is not registered', async ({ page, azure }, info) => {
  const redirect_uri = 'http://localhost/not-registered.html';
  await withTraits(azure, { ...traitsFor(azure)['AzureAuth'], redirect_uri }, async jupyter => {
    const lab = new Lab(page, jupyter, info.testId);
    await lab.open(await jupyter.write('not-registered.ipynb', ['']));
    await lab.showPanel();
    const popup = await lab.askToSignIn();
    await expect(popup.getByRole('alert')).toContainText('AADSTS50011');
    await popup.close();
    await expect(lab.panel).toContainText('The sign-in window seems to be closed (popup_closed)');
    const again = await lab.askToSignIn();
    await expect(again.getByRole('alert')).toContainText('AADSTS50011');
  });
});

test('shows beside a setting what is wrong with it, and which value is in effect', async ({
  page,
  azure
}, { testId }) => {
  const { clientId, authority } = azure;
  const traits = { ...traitsFor(azure)['AzureAuth'], cloud: 'AzureStackCloud' };
  await withTraits(azure, traits, async jupyter => {
    const lab = new Lab(page, jupyter, testId);
    await lab.open(await jupyter.write('settings.ipynb', ['']));
    await lab.showPanel();
    await openSettings(lab);
    const field = (name: string): Locator => page.getByLabel(name, { exact: true });
    const says = (name: string, text: string): Promise<void> =>
      expect(field(name)).toHaveAccessibleDescription(text);

    await test.step('the administrator’s values', async () => {
      await says('Client ID', `Effective: ${clientId}, from the server’s c.AzureAuth.client_id.`);
      await says('Authority', `Effective: ${authority}, from the server’s c.AzureAuth.authority.`);
      const tenant = new URL(authority).pathname.slice(1);
      await says('Tenant', `Effective: ${tenant}, from the authority.`);
      const page = `${jupyter.url}${REDIRECT_PAGE}`;
      await says('Redirect URI', `Effective: ${page}, the default.`);
    });

    await test.step('a malformed value, here and in the panel', async () => {
      const wrong = page.getByText(
        'The client ID in the Azure settings is not a GUID. Copy the application (client) ID from the overview page of the app registration.'
      );
      await field('Client ID').fill('not-a-guid');
      await expect(wrong).toBeVisible();
      await expect(lab.panel).toContainText('The client ID in the Azure settings is not a GUID');
      await field('Client ID').fill(clientId);
      await expect(wrong).toBeHidden();
      await expect(lab.button('Sign in')).toBeVisible();
      await field('Client ID').fill('');
      await says('Client ID', `Effective: ${clientId}, from the server’s c.AzureAuth.client_id.`);
    });

    await test.step('a cloud of the list', async () => {
      await says('Cloud', 'Effective: AzureStackCloud, from the server’s c.AzureAuth.cloud.');
      await expect(field('Cloud').getByRole('option')).toHaveText([
        '',
        'AzureCloud',
        'AzureChinaCloud',
        'AzureUSGovernment',
        'AzureStackCloud'
      ]);
      await field('Cloud').selectOption('AzureChinaCloud');
      await says(
        'Authority',
        'Effective: https://login.chinacloudapi.cn/organizations, from the cloud and the tenant.'
      );
    });

    await test.step('metadata that is not a JSON object', async () => {
      const wrong = page.getByText('Not saved: enter a JSON object, or leave it empty.');
      await field('Authority metadata').fill('{"issuer": ');
      await expect(wrong).toBeVisible();
      await field('Authority metadata').fill('{"issuer": "https://login.example"}');
      await expect(wrong).toBeHidden();
      await page.getByRole('button', { name: 'Restore to Defaults' }).click();
      await expect(field('Authority metadata')).toHaveValue('');
    });
  });
});
