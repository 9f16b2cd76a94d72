/** @jest-environment jsdom */
import { filterKernels } from '../../../src/widget/filter-kernels';
import { aGrant, aRequest, FakeKernels } from '../panel/fixtures';

const OTHERS = aRequest({ requestId: 'r2', kernelId: 'k2' });

let kernels: FakeKernels;
const ofFirst = () => filterKernels(kernels, ({ kernelId }) => kernelId === 'k1');

beforeEach(() => {
  kernels = new FakeKernels();
});

it('keeps the matching waiting cells, and everything else', () => {
  const request = aRequest();
  const first = ofFirst();
  kernels.setState({ waiting: [OTHERS, request], grants: [aGrant()] });
  expect(first.waiting).toEqual([request]);
  expect(first.grants).toBe(kernels.grants);
  first.refuse(request);
  first.allow(request, true);
  void first.revoke('k1');
  expect(kernels.refuse).toHaveBeenCalledWith(request);
  expect(kernels.allow).toHaveBeenCalledWith(request, true);
  expect(kernels.revoke).toHaveBeenCalledWith('k1');
});

it('returns the same list until it changes', () => {
  const first = ofFirst();
  kernels.setState({ waiting: [aRequest()] });
  const { waiting } = first;
  expect(first.waiting).toBe(waiting);
  kernels.setState({ waiting: [aRequest(), OTHERS] });
  expect(first.waiting).not.toBe(waiting);
});
