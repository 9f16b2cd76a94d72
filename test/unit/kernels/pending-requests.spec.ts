import {
  type IPendingRequest,
  canTry,
  canReject,
  canPrompt
} from '../../../src/kernels/pending-requests';
import { aClient } from './kernel-harness';

type Row = [ours: boolean, attempts: number, lastPending: IPendingRequest['lastPending']];

function anOpen([ours, attempts, lastPending]: Row): IPendingRequest {
  return { client: ours ? aClient('a') : null, attempts, lastPending } as IPendingRequest;
}

describe('the page that answers', () => {
  it.each<[Row, answer: boolean, prompts: boolean, refuse: boolean]>([
    [[true, 1, null], true, true, true],
    [[true, 1, 'sign_in'], true, true, true],
    [[false, 1, null], false, false, false],
    [[false, 2, null], true, false, false],
    [[false, 3, null], true, false, false],
    [[false, 4, null], true, true, false],
    [[false, 4, 'acquiring'], true, true, true],
    [[false, 9, 'sign_in'], true, true, true]
  ])(
    '[ours, attempts, lastPending] = %j: token %s, pending %s, error %s',
    (row, answer, prompts, refuse) => {
      const pending = anOpen(row);
      expect([canTry(pending), canPrompt(pending), canReject(pending)]).toEqual([
        answer,
        prompts,
        refuse
      ]);
    }
  );
});
