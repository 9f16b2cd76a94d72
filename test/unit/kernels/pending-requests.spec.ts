import {
  type IPendingRequest,
  canTry,
  canReject,
  canPrompt
} from '../../../src/kernels/pending-requests';
import { aClient } from './kernel-harness';

type Row = [
  whose: 'ours' | 'theirs' | "a program's",
  attempts: number,
  lastPending: IPendingRequest['lastPending']
];

function anOpen([whose, attempts, lastPending]: Row): IPendingRequest {
  const [client, byProgram] = [whose === 'ours' ? aClient('a') : null, whose === "a program's"];
  return {
    client,
    byProgram,
    attempts,
    lastPending,
    request: { kind: 'token' }
  } as IPendingRequest;
}

describe('the page that answers', () => {
  it.each<[Row, answer: boolean, prompts: boolean, refuse: boolean]>([
    [['ours', 1, null], true, true, true],
    [['ours', 1, 'sign_in'], true, true, true],
    [['theirs', 1, null], false, false, false],
    [['theirs', 2, null], true, false, false],
    [['theirs', 3, null], true, false, false],
    [['theirs', 4, null], true, true, false],
    [['theirs', 4, 'acquiring'], true, true, true],
    [['theirs', 9, 'sign_in'], true, true, true],
    [["a program's", 1, null], false, true, true],
    [["a program's", 2, null], true, true, true]
  ])(
    '[whose, attempts, lastPending] = %j: token %s, pending %s, error %s',
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
