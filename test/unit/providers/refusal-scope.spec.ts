import { refusalScope } from '../../../src/providers/refusal-scope';
import cases from '../../cases/refusals.json';

describe('refusalScope', () => {
  it.each(cases)('decides that $error ($suberror) ends the $ends', ({ error, suberror, ends }) => {
    expect(refusalScope(error, suberror)).toBe(ends);
  });
});
