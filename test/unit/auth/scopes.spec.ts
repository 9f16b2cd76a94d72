import { resourceOf, withPermission } from '../../../src/auth/scopes';
// `test/kernel/test_validation.py` reads the same cases.
import cases from '../../scopes.json';

describe('scopes', () => {
  it.each(cases)('knows the resource of $scope', ({ scope, resource }) => {
    expect(resourceOf(scope)).toBe(resource);
    const bare = scope !== '' && scope === resource;
    expect(withPermission(scope)).toBe(bare ? `${scope}/.default` : scope);
  });

  it.each([
    ['https://a.example', 'https://b.example'],
    ['https://a.example/.default', 'https://a.example//.default']
  ])('tells %s from %s', (one, other) => {
    expect(resourceOf(one)).not.toBe(resourceOf(other));
  });
});
