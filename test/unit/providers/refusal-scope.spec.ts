import { refusalScope } from '../../../src/providers/refusal-scope';
import cases from '../../cases/refusals.json';

describe('whatEnds', () => {
  it.each(cases)('takes $error ($suberror) for the end of a $ends', ({ error, suberror, ends }) => {
    expect(refusalScope(error, suberror)).toBe(ends);
  });
});
