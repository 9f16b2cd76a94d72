import { whatEnds } from '../../../src/sources/refusal';
import cases from '../../cases/refusals.json';

describe('whatEnds', () => {
  it.each(cases)('takes $error ($suberror) for the end of a $ends', ({ error, suberror, ends }) => {
    expect(whatEnds(error, suberror)).toBe(ends);
  });
});
