import {
  type IOpenRequest,
  mayAnswer,
  mayRefuse,
  maySpeak
} from '../../../src/kernels/open-request';
import { aClient } from './stage';

type Row = [ours: boolean, openings: number, said: IOpenRequest['said']];

function anOpen([ours, openings, said]: Row): IOpenRequest {
  return { client: ours ? aClient('a') : null, openings, said } as IOpenRequest;
}

describe('who answers', () => {
  it.each<[Row, answer: boolean, speak: boolean, refuse: boolean]>([
    [[true, 1, null], true, true, true],
    [[true, 1, 'sign_in'], true, true, true],
    [[false, 1, null], false, false, false],
    [[false, 2, null], true, false, false],
    [[false, 3, null], true, false, false],
    [[false, 4, null], true, true, false],
    [[false, 4, 'acquiring'], true, true, true],
    [[false, 9, 'sign_in'], true, true, true]
  ])(
    '[ours, openings, said] = %j: token %s, pending %s, error %s',
    (row, answer, speak, refuse) => {
      const open = anOpen(row);
      expect([mayAnswer(open), maySpeak(open), mayRefuse(open)]).toEqual([answer, speak, refuse]);
    }
  );
});
