/** @jest-environment node */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AuthorityNetwork } from '../../../src/providers/authority-network';

type Turn = (response: ServerResponse, request: IncomingMessage) => void;

const TOKEN = { access_token: 't' };
const json =
  (value: object, status = 200, headers = {}): Turn =>
  response =>
    void response.writeHead(status, headers).end(JSON.stringify(value));
const GOOD = json(TOKEN);
const CUT_OFF: Turn = response => void response.end('{"access');
const TRUNCATED: Turn = response => {
  response.writeHead(200, { 'content-length': '5000' }).write('{"access');
  setImmediate(() => response.destroy());
};
const RESET: Turn = (_, { socket }) => void socket.resetAndDestroy();
const SILENT: Turn = () => undefined;
const busy = (status: number, headers = {}): Turn =>
  json({ error: 'server_error' }, status, headers);

const RENEWAL = { body: 'grant_type=refresh_token&scope=s', correlationId: 'id' };
const CODE = { body: 'grant_type=authorization_code&code=c&scope=s' };

/** Time that passes only during `sleep`. */
class Time {
  passed = 0;
  readonly slept: number[] = [];
  now = (): number => this.passed;
  sleep = async (milliseconds: number): Promise<void> => {
    this.slept.push(milliseconds);
    this.passed += milliseconds;
  };
}

let server: Server;
let turns: Turn[];
let asked: number;
let time: Time;
let network: AuthorityNetwork;

beforeEach(async () => {
  asked = 0;
  server = createServer((request, response) => turns[asked++]!(response, request));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  time = new Time();
  network = new AuthorityNetwork(time);
});

afterEach(() => {
  server.closeAllConnections();
  return new Promise(resolve => server.close(resolve));
});

const post = (options: object = RENEWAL): Promise<{ status: number; body: unknown }> => {
  const { port } = server.address() as AddressInfo;
  return network.sendPostRequestAsync(`http://127.0.0.1:${port}/token?client=1`, options);
};

describe('AuthorityNetwork', () => {
  // Situation: popup | one reset, 500, 503, 429 or truncated answer | first token, redemption of a
  // code | the user's token | nothing to do
  it.each<[string, Turn]>([
    ['a reset', RESET],
    ['500', busy(500)],
    ['503', busy(503)],
    ['429', busy(429)],
    ['a page of a gateway', response => void response.writeHead(502).end('<html>')]
  ])('retries after %s', async (_, fault) => {
    for (const options of [RENEWAL, CODE]) {
      [turns, asked] = [[fault, GOOD], 0];
      expect(await post(options)).toMatchObject({ status: 200, body: TOKEN });
      expect(asked).toBe(2);
    }
  });

  it('retries after a truncated answer', async () => {
    turns = [TRUNCATED, GOOD];
    expect(await post()).toMatchObject({ body: TOKEN });
  });

  it('follows no redirect, which would take the code or the refresh token elsewhere', async () => {
    const elsewhere: Turn = response =>
      void response.writeHead(307, { location: '/elsewhere' }).end();
    for (const options of [RENEWAL, CODE]) {
      const paths: (string | undefined)[] = [];
      const turn: Turn = (response, request) => {
        paths.push(request.url);
        (request.url === '/elsewhere' ? GOOD : elsewhere)(response, request);
      };
      [turns, asked] = [[turn, turn, turn, turn], 0];
      await expect(post(options)).rejects.toMatchObject({ errorCode: 'network_error' });
      expect(new Set(paths)).toEqual(new Set(['/token?client=1']));
    }
  });

  it('waits as azure-core does', async () => {
    turns = [RESET, CUT_OFF, busy(500), GOOD];
    expect(await post()).toMatchObject({ body: TOKEN });
    expect(time.slept).toEqual([0, 0, 1600, 3200]);
  });

  // Situation: popup | repeated 5xx, resets or garbage | any request | `unavailable` within 10 s; a
  // credential chain tries its next | run the cell again
  it.each<[string, Turn, string]>([
    ['resets', RESET, 'network_error'],
    ['garbage', CUT_OFF, 'network_error'],
    ['500', busy(500), 'temporarily_unavailable'],
    ['its own word for it', json({ error: 'server_error' }, 400), 'temporarily_unavailable']
  ])('gives up with a matching error: %s', async (_, fault, errorCode) => {
    turns = [fault, fault, fault, fault];
    await expect(post()).rejects.toMatchObject({ errorCode, correlationId: 'id' });
    expect(time.passed).toBeLessThan(10_000);
  });

  // Situation: popup | the authority accepts a request and never answers | any request |
  // `unavailable` after 10 s | run the cell again
  it('waits for a limited time', async () => {
    turns = [SILENT];
    const limit = jest.spyOn(AbortSignal, 'timeout');
    limit.mockImplementation(() => AbortSignal.abort());
    await expect(post()).rejects.toMatchObject({ errorCode: 'network_error' });
    expect(limit).toHaveBeenCalledWith(10_000);
    limit.mockRestore();
  });

  it('does not retry a refusal', async () => {
    turns = [json({ error: 'invalid_grant' }, 400, { 'retry-after': '60' })];
    const { status, body } = await post();
    expect([status, body]).toEqual([400, { error: 'invalid_grant' }]);
  });

  it('waits for as long as the authority asks', async () => {
    turns = [busy(503, { 'retry-after': '3' }), GOOD];
    await post();
    expect(time.passed).toBe(3000);
  });

  it('waits until a time that the authority names', async () => {
    const moment = new Date(Date.now() + 5000).toUTCString();
    turns = [busy(503, { 'retry-after': moment }), GOOD];
    await post();
    expect(Math.abs(time.passed - 4500)).toBeLessThan(3000);
  });

  // Situation: popup | 429 with `Retry-After: 30` | first token | `unavailable` at once, and no
  // second request for that resource before the 30 s have passed | run the cell again after that
  it('sends no request before the authority allows one', async () => {
    turns = [busy(429, { 'retry-after': '30' }), GOOD, GOOD];
    for (let tries = 0; tries < 3; tries++) {
      await expect(post()).rejects.toMatchObject({ errorCode: 'temporarily_unavailable' });
    }
    expect([asked, time.passed]).toEqual([1, 0]);
    await post({ body: 'scope=other' });
    time.passed += 25_000;
    await post();
    expect(time.passed).toBe(30_000);
  });

  it('ignores an invalid header', async () => {
    turns = [busy(503, { 'retry-after': 'soon' }), GOOD];
    expect(await post()).toMatchObject({ body: TOKEN });
    expect(time.passed).toBe(0);
  });

  it('does not redeem an accepted code again', async () => {
    turns = [CUT_OFF];
    await expect(post(CODE)).rejects.toMatchObject({ errorCode: 'network_error' });
    expect(asked).toBe(1);
  });

  it('reports the lost answer, and not the redeemed code', async () => {
    const redeemed = { error: 'invalid_grant', error_description: 'AADSTS54005: redeemed' };
    turns = [RESET, json(redeemed, 400)];
    await expect(post(CODE)).rejects.toMatchObject({ errorCode: 'network_error' });
    expect(asked).toBe(2);
  });
});
