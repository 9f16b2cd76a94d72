/** @jest-environment jsdom */
/** Writes what the panel and the card show of errors of Entra; `render.mjs` takes the pictures. */
import { nullTranslator } from '@jupyterlab/translation';
import { writeFileSync } from 'node:fs';
import { env } from 'node:process';
import React from 'react';
import { BY_NUMBER } from '../../../src/auth/entra';
import { AuthView } from '../../../src/panel/auth-view';
import { SignInView } from '../../../src/widget/sign-in-view';
import type { IAzureProblem } from '../../../src/tokens';
import { aRequest, FakeAuth, FakeKernels, NOW, STORAGE } from '../../../test/unit/panel/fixtures';
import { Place } from '../../../test/unit/panel/render';

const NUMBERS = [
  ...['50011', '50020', '50076', '50105', '53003', '65004', '90094', '500011', '700016'],
  // Not in the catalog: in Azure's own words.
  '999999'
];

const trans = nullTranslator.load('');
const showPanel = (): void => undefined;

/** A refusal that names everything that an administrator needs. */
function problemOf(number: string): IAzureProblem {
  const detail = `AADSTS${number}`;
  const code = BY_NUMBER.get(detail);
  return {
    code: code ?? 'failed',
    detail,
    request: { scopes: STORAGE, tenantId: 'contoso.com' },
    trace: {
      time: '2026-11-23T08:41:07Z',
      clientId: '5a1b3c4d-0000-4000-8000-1234567890ab',
      tenantId: 'contoso.com',
      correlationId: '0f1e2d3c-0000-4000-8000-ba0987654321'
    },
    ...(code === undefined ? { explanation: 'The request has a fault that is new.' } : {})
  };
}

it.each(NUMBERS)('AADSTS%s', number => {
  const auth = new FakeAuth();
  const kernels = new FakeKernels();
  const place = new Place();
  const problem = problemOf(number);
  auth.setState({ kind: 'needs-attention', problem, signedIn: null });
  kernels.setState({ waiting: [aRequest({ request: problem.request! })] });
  const parts = { auth, kernels, trans, showPanel };
  const htmlOf = (piece: JSX.Element): string => {
    place.show(piece);
    return place.host.innerHTML;
  };
  const panel = htmlOf(
    <div className="jp-AzurePanel-body">
      <AuthView {...parts} now={NOW} />
    </div>
  );
  const card = htmlOf(<SignInView {...parts} />);
  const title = `AADSTS${number}`;
  const name = `error-${number.padStart(6, '0')}.json`;
  writeFileSync(`${env['GALLERY_FOLDER']}/${name}`, JSON.stringify({ title, panel, card }));
  place.close();
});
