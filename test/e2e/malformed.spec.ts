import type { Lab } from './lab';
import { CREDENTIAL, FINGERPRINT, SOME_TOKEN } from './cells';
import { expectNoMarkup } from './misbehavior';
import { MARKUP, RAW } from './raw-messages';
import { expect, test } from './fixtures';
import { Wire } from './wire';

/** What a cell sends, in Python, and the code of the answer. */
const MALFORMED: readonly (readonly [data: string, code: string])[] = [
  ['{}', 'unsupported_version'],
  ['[]', 'unsupported_version'],
  [
    '{"version": 2, "kind": "token", "request_id": "x", "scopes": ["a/.default"]}',
    'unsupported_version'
  ],
  ['request(version="1")', 'unsupported_version'],
  ['request(kind="magic")', 'unknown_kind'],
  [`request(kind="${MARKUP}")`, 'unknown_kind'],
  ['request(request_id=None)', 'invalid_message'],
  ['request(request_id=["x"])', 'invalid_message'],
  ['request(request_id="x" * 1_000_000)', 'invalid_message'],
  ['request(scopes=[])', 'invalid_message'],
  ['request(scopes="https://storage.azure.com/.default")', 'invalid_message'],
  ['request(scopes=["https://a/.default", "https://b/.default"])', 'invalid_message'],
  ['request(scopes=["x" * 1_000_000])', 'invalid_message'],
  [`request(tenant_id="${MARKUP}")`, 'invalid_message'],
  ['request(tenant_id="../../evil.test")', 'invalid_message'],
  ['request(claims="not JSON")', 'invalid_message'],
  ['request(account={"id": 1})', 'invalid_message'],
  ['request(interactive="no")', 'invalid_message'],
  ['request(scopes=["a/.default"], interactive=False)', 'sign_in_required']
];

const SEND_ALL = `
rows = [${MALFORMED.map(([data]) => data).join(',\n')}]
for index, row in enumerate(rows):
    send(row, comm_id=f"row-{index}")
for odd in (None, "text", 7):
    send(odd)
send(request(), comm_id=["not", "a", "text"])
send(request(), comm_id="x" * 1_000_000)
send(request(), message="comm_msg", comm_id="row-0")
send(request(), message="comm_close", comm_id="row-0")
print("sent", len(rows))
`;

const SLIDER = `
import ipywidgets
slider = ipywidgets.IntSlider(description="moved")
slider
`;

test('answers a malformed message with an error, and serves the next', async ({
  lab,
  jupyter,
  alice,
  context
}) => {
  const wire = new Wire(context);
  const show = 'print("slider", slider.value)';
  const cells = [RAW + SLIDER, SEND_ALL, show, CREDENTIAL + FINGERPRINT];
  await lab.open(await jupyter.write('malformed.ipynb', cells));
  await lab.run(0);
  await moveSlider(lab);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(`sent ${MALFORMED.length}`);
  for (const [index, [, code]] of MALFORMED.entries()) {
    await expect.poll(() => wire.endsOf(`row-${index}`), MALFORMED[index]?.[0]).toEqual([code]);
  }
  await expectNoMarkup(lab.page);
  await moveSlider(lab);
  await lab.run(2);
  await expect(lab.output(2)).toHaveText('slider 2');
  await lab.signIn(alice);
  await lab.run(3);
  await expect(lab.output(3)).toHaveText(SOME_TOKEN);
});

async function moveSlider(lab: Lab): Promise<void> {
  await lab.cell(0).locator('.noUi-handle').press('ArrowRight');
}
