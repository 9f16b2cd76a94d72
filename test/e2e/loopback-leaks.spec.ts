import { expect, test } from './localhost-fixtures';
import { placeOfBrowser, placesOfPage, placesOnWire } from './secret-places';
import { filesBelow, kindsFoundIn, secretsOf, statesOf } from './secret-scan';
import { Wire } from './wire';

const AUTHORITY = 'https://login.microsoftonline.com';
const ASK = `
from jupyter_azure_auth import JupyterCredential
credential = JupyterCredential()
print(len(credential.get_token("https://storage.azure.com/.default").token) > 100)
`;

test('leaves no secret anywhere', async ({ lab, jupyter, azure, alice, context, configure }) => {
  const wire = new Wire(context);
  const answers: string[] = [];
  // After a window is closed, its messages can no longer be read.
  await context.route(/\/azure-auth\//, async route => {
    const response = await route.fetch();
    answers.push(await response.text());
    await route.fulfill({ response });
  });
  await lab.open(await jupyter.write('loopback-leaks.ipynb', [ASK]));
  await configure({ nextAuthorizeError: 'AADSTS50105' });
  await lab.showPanel();
  await lab.askToSignIn();
  await expect(lab.panel).toContainText('AADSTS50105');
  await lab.signIn(alice);
  await lab.run(0);
  await expect(lab.output(0)).toHaveText('True');
  await lab.page.keyboard.press('Control+s');

  const secrets = [...(await secretsOf(azure.controlUrl)), ...statesOf(wire)];
  const root = `request POST ${jupyter.url}`;
  const places = [
    ...(await filesBelow(jupyter.folder)),
    ...(await placesOfPage(lab.page)),
    ...(await placesOnWire(wire, AUTHORITY)),
    await placeOfBrowser(lab.page),
    { name: 'addresses', text: wire.requests.map(addressOf).join('\n') }
  ];
  for (const place of places.filter(({ name }) => name !== root)) {
    expect.soft(kindsFoundIn(place, secrets), place.name).toEqual([]);
  }
  // The authorization response is where it has to be.
  const posted = places.filter(({ name }) => name === root);
  const kinds = posted.flatMap(place => kindsFoundIn(place, secrets));
  expect(new Set(kinds)).toEqual(new Set(['codes', 'states']));
  expect(secrets.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining([
      'accessTokens',
      'refreshTokens',
      'idTokens',
      'codes',
      'verifiers',
      'states'
    ])
  );
  expect(await lab.page.evaluate(() => Object.keys(localStorage).join(' '))).not.toContain('proof');
  expect(places.map(({ name }) => name)).toContain('file jupyter.log');

  // The page receives what kernels ask for, and the state on its way to the authority; nothing
  // else.
  const place = { name: 'answers of the server extension', text: answers.join('\n') };
  expect(new Set(kindsFoundIn(place, secrets))).toEqual(new Set(['accessTokens', 'states']));
});

/** Of everything but the authority, which has to receive the state. */
function addressOf(request: { url(): string }): string {
  return request.url().startsWith(AUTHORITY) ? '' : request.url();
}
