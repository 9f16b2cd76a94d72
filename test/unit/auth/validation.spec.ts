import {
  areOfOneResource,
  isClaims,
  isName,
  isTenant,
  resourceOf,
  withPermission
} from '../../../src/auth/validation';
import { parseRequest } from '../../../src/kernels/protocol';
// `test/kernel/test_validation.py` reads the same cases.
import scopes from '../../cases/scopes.json';
import examples from '../../cases/validation.json';

const IS = {
  tenant: { is: isTenant, field: 'tenant_id' },
  scopes: { is: areOfOneResource, field: 'scopes' },
  claims: { is: isClaims, field: 'claims' },
  name: { is: isName, field: 'account' }
};

function isRead(field: string, value: unknown): boolean {
  const request = { version: 1, request_id: 'r', kind: 'token', scopes: ['User.Read'] };
  try {
    parseRequest({ ...request, [field]: value });
    return true;
  } catch {
    return false;
  }
}

describe('the validation of a value', () => {
  const rows = Object.entries(IS).flatMap(([name, { is, field }]) => {
    const { valid, invalid } = examples[name as keyof typeof IS];
    const row = (value: unknown, expected: boolean) =>
      ({ name, value, expected, is, field, shown: JSON.stringify(value).slice(0, 60) }) as const;
    return [...valid.map(value => row(value, true)), ...invalid.map(value => row(value, false))];
  });

  it.each(rows)('$name $shown is valid: $expected', ({ is, field, value, expected }) => {
    expect(is(value)).toBe(expected);
    expect(isRead(field, value)).toBe(expected);
  });
});

describe('scopes', () => {
  it.each(scopes)('returns the resource of $scope', ({ scope, resource }) => {
    expect(resourceOf(scope)).toBe(resource);
    const bare = scope !== '' && scope === resource;
    expect(withPermission(scope)).toBe(bare ? `${scope}/.default` : scope);
  });
});
