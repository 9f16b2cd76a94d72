import { CREDENTIAL, OUTLIVES } from './cells';
import { expect, test } from './fixtures';
import { shiftClock } from './shifted-clock';
import { Wire } from './wire';

for (const [word, minutes] of [
  ['behind', -10],
  ['ahead', 10]
] as const) {
  // Situation: browser's clock, with `popup` | 10 minutes behind, or ahead | a loop outlives its
  // tokens | the user's, never one that has expired by the kernel's clock, and no prompt | nothing
  // to do
  test(`popup gives no expired token if the browser's clock is ${word}`, async ({
    lab,
    jupyter,
    alice,
    configure,
    context
  }) => {
    await configure({ accessTokenSeconds: 8 });
    await lab.page.addInitScript(shiftClock, minutes * 60_000);
    const wire = new Wire(context);
    await lab.open(await jupyter.write(`${word}.ipynb`, [CREDENTIAL, OUTLIVES]));
    await lab.signIn(alice);
    await lab.run(0);
    await lab.run(1);
    await expect(lab.output(1)).toHaveText('renewed: True past their end: 0');
    expect(wire.answers.map(({ data }) => data.get('reason'))).not.toContain('sign_in');
  });
}
