import {
  chooseSources,
  chooseSignInMethods,
  type IMethodContext,
  usesServer
} from '../../../src/auth/methods';
import type { SignInObstacle } from '../../../src/auth/page-auth';
import type { SourceName } from '../../../src/tokens';

const MACHINE: SourceName[] = ['managed-identity', 'connect-to-azure', 'azure-cli'];
const ALL: SourceName[] = [...MACHINE, 'popup', 'loopback', 'device-code'];

/** On a user's laptop, with all that a server extension can do, and nothing configured. */
const LAPTOP: IMethodContext = { clientId: null, loopbackObstacle: null, offered: ALL };

type Row = [
  string,
  Partial<IMethodContext>,
  SourceName[],
  Partial<Record<SourceName, SignInObstacle>>
];

/** Every source that needs the server extension. */
const heldByServer = (obstacle: SignInObstacle): Partial<Record<SourceName, SignInObstacle>> =>
  Object.fromEntries([...MACHINE, 'loopback', 'device-code'].map(name => [name, obstacle]));

/** Only this is allowed. */
function except(...allowed: SourceName[]): Partial<Record<SourceName, SignInObstacle>> {
  const others = ALL.filter(name => !allowed.includes(name));
  return Object.fromEntries(others.map(name => [name, 'not_allowed']));
}

// prettier-ignore
const ROWS: Row[] = [
  ['needs no app on localhost', {}, [...MACHINE, 'loopback', 'device-code'], { popup: 'no_client_id' }],
  ['prefers what the administrator configured', { clientId: 'app' }, ALL, {}],
  ['has no method without an app and a server extension', { offered: null }, [], { ...heldByServer('no_extension'), popup: 'no_client_id' }],
  ['opens a popup without a server extension', { clientId: 'app', offered: null }, ['popup'], heldByServer('no_extension')],
  ['takes a code where the page is far away', { loopbackObstacle: 'not_local' }, [...MACHINE, 'device-code'], { loopback: 'not_local', popup: 'no_client_id' }],
  ['knows that 127.0.0.1 is not localhost', { loopbackObstacle: 'not_localhost' }, [...MACHINE, 'device-code'], { loopback: 'not_localhost', popup: 'no_client_id' }],
  ['does not offer localhost where a proxy owns its root', { loopbackObstacle: 'root_is_not_ours' }, [...MACHINE, 'device-code'], { loopback: 'root_is_not_ours', popup: 'no_client_id' }],
  ['obeys the administrator', { clientId: 'app', offered: ['loopback'] }, ['loopback'], except('loopback')],
  ['leaves the machine alone where that is not allowed', { offered: ['popup', 'loopback', 'device-code'] }, ['loopback', 'device-code'], { 'managed-identity': 'not_allowed', 'connect-to-azure': 'not_allowed', 'azure-cli': 'not_allowed', popup: 'no_client_id' }],
  ['says of what is not allowed only that', { loopbackObstacle: 'not_local', offered: ['azure-cli'] }, ['azure-cli'], except('azure-cli')],
  ['allows nothing with an empty list', { clientId: 'app', offered: [] }, [], except()],
  ['does not stumble over sources of newer servers', { clientId: 'app', offered: ['popup', 'teleport'] }, ['popup'], heldByServer('not_allowed')]
];

const methodsOf = (names: SourceName[]): SourceName[] =>
  names.filter(name => !MACHINE.includes(name));

describe('chooseSources', () => {
  it.each(ROWS)('%s', (_, context, open, closed) => {
    const choices = chooseSources({ ...LAPTOP, ...context });
    const isOpen = ({ obstacle }: (typeof choices)[number]): boolean => obstacle === null;
    expect(choices.filter(isOpen).map(({ name }) => name)).toEqual(open);
    const others = choices.slice(open.length).map(({ name, obstacle }) => [name, obstacle]);
    expect(Object.fromEntries(others)).toEqual(closed);
  });
});

describe('chooseSignInMethods', () => {
  it.each(ROWS)('%s: the interactive ones', (_, context, open) => {
    const choices = chooseSignInMethods({ ...LAPTOP, ...context });
    expect(choices.map(({ name }) => name).sort()).toEqual(['device-code', 'loopback', 'popup']);
    const names = choices.filter(({ obstacle }) => obstacle === null).map(({ name }) => name);
    expect(names).toEqual(methodsOf(open));
  });
});

describe('usesServer', () => {
  it.each(ROWS)('%s: what the server extension holds', (_, context, open) => {
    expect(usesServer({ ...LAPTOP, ...context })).toBe(open.some(name => name !== 'popup'));
  });
});
