import type { Route } from '@playwright/test';
import { CREDENTIAL } from './cells';
import { expect, test } from './fixtures';

const VAULT = 'credential.get_token("https://vault.azure.net/.default"); print("got it")';

// Situation: token endpoint | accepts and does not answer | a signed-in user's first token for a
// resource | the cell says after 5 s which resource it waits for, then the user's token | nothing
// to do
test('says after five seconds what a cell waits for', async ({ lab, jupyter, alice, context }) => {
  await lab.open(await jupyter.write('slow-token.ipynb', [CREDENTIAL, VAULT]));
  await lab.run(0);
  await lab.signIn(alice);
  const held: Route[] = [];
  let hold = true;
  await context.route(/\/token(\?|$)/, async route => {
    await (hold ? held.push(route) : route.continue());
  });
  await lab.run(1);
  await expect(lab.output(1)).toContainText('Waiting for a token for https://vault.azure.net:');
  hold = false;
  await Promise.all(held.map(route => route.continue()));
  await expect(lab.output(1)).toHaveText('got it');
});
