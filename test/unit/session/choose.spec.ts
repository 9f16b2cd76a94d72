import { chooseSources, type IFacts } from '../../../src/session/choose';
import type { SourceName } from '../../../src/tokens';

const PLAIN: IFacts = { clientId: null, obstacle: 'not_offered', allowed: null };

describe('chooseSources', () => {
  // prettier-ignore
  it.each<[string, Partial<IFacts>, SourceName[]]>([
    ['has nobody without an app and a server half', {}, []],
    ['opens a popup for a configured app', { clientId: 'app' }, ['popup']],
    ['needs no app on localhost', { obstacle: null }, ['loopback']],
    ['prefers what the administrator configured', { clientId: 'app', obstacle: null }, ['popup', 'loopback']],
    ['knows that 127.0.0.1 is not localhost', { obstacle: 'not_localhost' }, []],
    ['does not offer localhost when a proxy owns its root', { obstacle: 'root_is_not_ours' }, []],
    ['obeys the administrator', { clientId: 'app', obstacle: null, allowed: ['loopback'] }, ['loopback']],
    ['allows nothing with an empty list', { clientId: 'app', obstacle: null, allowed: [] }, []],
    ['does not stumble over sources of newer servers', { clientId: 'app', allowed: ['popup', 'teleport'] }, ['popup']]
  ])('%s', (_, facts, expected) => {
    expect(chooseSources({ ...PLAIN, ...facts })).toEqual(expected);
  });
});
