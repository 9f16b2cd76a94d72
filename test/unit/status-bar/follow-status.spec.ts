/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import { followStatus } from '../../../src/status-bar/follow-status';
import { ALICE, FakeAuth, FakeKernels, aRequest } from '../panel/fixtures';

it('shows the status now and when it changes, but not for each token of a kernel', () => {
  const auth = new FakeAuth();
  const kernels = new FakeKernels();
  const shown: string[] = [];
  followStatus(auth, kernels, nullTranslator.load(''), ({ text }) => shown.push(text));
  auth.setState(ALICE);
  kernels.setState({ grants: [] });
  kernels.setState({ waiting: [aRequest()] });
  kernels.setState({ grants: [] });
  kernels.setState({ waiting: [] });
  expect(shown).toEqual([
    'Sign in to Azure',
    'alice@contoso.com',
    '1 waiting',
    'alice@contoso.com'
  ]);
});
