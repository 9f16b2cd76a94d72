import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import WebSocket from 'ws';
import { findFirefox } from '../firefox.mjs';

/** Milliseconds for Firefox to start on a busy machine. */
const START = 120_000;

interface IAnswer {
  id?: number;
  result?: unknown;
  message?: string;
}

/**
 * Firefox with WebDriver BiDi, which it speaks itself. Playwright drives only a Firefox of its own,
 * which cannot be downloaded everywhere.
 */
export class Firefox {
  private constructor(
    private readonly process: ChildProcess,
    private readonly socket: WebSocket,
    private readonly profile: string
  ) {
    socket.on('message', data => this.onMessage(JSON.parse(data.toString()) as IAnswer));
  }

  /** @param authority - Proxy to `login.microsoftonline.com`; none by default. */
  static async start(authority = NOWHERE): Promise<Firefox> {
    const profile = await mkdtemp(join(tmpdir(), 'firefox-'));
    const lines = Object.entries({ ...QUIET, ...proxied(authority) }).map(
      ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`
    );
    await writeFile(join(profile, 'user.js'), lines.join('\n'));
    const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port=0'];
    const child = spawn(findFirefox() ?? 'firefox', args, {
      env: { ...process.env, HOME: profile, MOZ_DISABLE_CONTENT_SANDBOX: '1' },
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe']
    });
    try {
      const socket = new WebSocket(`${await addressOf(child)}/session`);
      await new Promise<void>((resolve, reject) => {
        socket.on('open', resolve).on('error', reject);
      });
      const firefox = new Firefox(child, socket, profile);
      const capabilities = { alwaysMatch: { acceptInsecureCerts: true } };
      await firefox.ask('session.new', { capabilities });
      return firefox;
    } catch (error) {
      kill(child);
      throw error;
    }
  }

  /** Send a command, and return its result. */
  ask<Result>(method: string, params: object): Promise<Result> {
    const id = ++this.latest;
    this.socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) =>
      this.waiting.set(id, ({ result, message }) =>
        message === undefined ? resolve(result as Result) : reject(new Error(message))
      )
    );
  }

  /** The windows and tabs, oldest first. */
  async pages(): Promise<FirefoxPage[]> {
    const { contexts } = await this.ask<{ contexts: { context: string }[] }>(
      'browsingContext.getTree',
      { maxDepth: 0 }
    );
    return contexts.map(({ context }) => new FirefoxPage(this, context));
  }

  async stop(): Promise<void> {
    const ended = new Promise(resolve => this.process.once('exit', resolve));
    this.socket.close();
    kill(this.process);
    await ended;
    await rm(this.profile, { recursive: true, force: true, maxRetries: 10 });
  }

  private onMessage(answer: IAnswer): void {
    if (answer.id !== undefined) {
      this.waiting.get(answer.id)?.(answer);
      this.waiting.delete(answer.id);
    }
  }

  private latest = 0;
  private readonly waiting = new Map<number, (answer: IAnswer) => void>();
}

/** Proxy that does not answer. */
const NOWHERE = 'http://127.0.0.1:9';

/** Nothing that leaves this machine. */
function proxied(authority: string): Record<string, string | number> {
  const rules = {
    localhost: 'DIRECT',
    '127.0.0.1': 'DIRECT',
    'login.microsoftonline.com': `PROXY ${new URL(authority).host}`
  };
  const other = `PROXY ${new URL(NOWHERE).host}`;
  const script = `function FindProxyForURL(url, host) {
    return ${JSON.stringify(rules)}[host] || ${JSON.stringify(other)};
  }`;
  const address = `data:text/javascript,${encodeURIComponent(script)}`;
  return { 'network.proxy.type': 2, 'network.proxy.autoconfig_url': address };
}

const QUIET = {
  'app.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.page': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'toolkit.telemetry.enabled': false
};

/** A window or a tab. */
export class FirefoxPage {
  constructor(
    private readonly firefox: Firefox,
    readonly context: string
  ) {}

  async goto(url: string): Promise<void> {
    const { context } = this;
    await this.firefox.ask('browsingContext.navigate', { context, url, wait: 'complete' });
  }

  /** Value of an expression in the page. */
  async evaluate<Value>(expression: string): Promise<Value> {
    const { result } = await this.firefox.ask<{ result: { value: string } }>('script.evaluate', {
      expression: `JSON.stringify(${expression})`,
      target: { context: this.context },
      awaitPromise: true
    });
    return (result.value === undefined ? undefined : JSON.parse(result.value)) as Value;
  }

  /** Text of the first element of a selector; null if there is none. */
  text(selector: string): Promise<string | null> {
    return this.evaluate(
      `document.querySelector(${JSON.stringify(selector)})?.textContent ?? null`
    );
  }

  /** Wait for an element with this text, and click it with the mouse. */
  async click(selector: string, text = ''): Promise<void> {
    const place = `(() => {
      const found = [...document.querySelectorAll(${JSON.stringify(selector)})]
        .find(one => one.textContent.includes(${JSON.stringify(text)}) && one.checkVisibility());
      found?.scrollIntoView({ block: 'nearest' });
      const box = found?.getBoundingClientRect();
      return box ? [box.x + box.width / 2, box.y + box.height / 2].map(Math.floor) : null;
    })()`;
    let at: [number, number] | null = null;
    await expect
      .poll(async () => (at = await this.evaluate(place)), { timeout: START })
      .not.toBeNull();
    const [x, y] = at as unknown as [number, number];
    const press = [
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 }
    ];
    const actions = [{ type: 'pointerMove', x, y }, ...press];
    await this.perform({ type: 'pointer', id: 'mouse', actions });
  }

  private async perform(source: object): Promise<void> {
    await this.firefox.ask('input.performActions', { context: this.context, actions: [source] });
  }
}

/** Address of its WebDriver BiDi server, which it prints. */
function addressOf({ stderr, ...child }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`Firefox says only: ${said}`)), START);
    let said = '';
    stderr?.on('data', (piece: Buffer) => {
      said += piece.toString();
      const address = /WebDriver BiDi listening on (ws:\S+)/.exec(said)?.[1];
      if (address !== undefined) {
        clearTimeout(late);
        resolve(address);
      }
    });
    stderr?.on('end', () => reject(new Error(`Firefox ended (${child.exitCode}): ${said}`)));
  });
}

function kill({ pid }: ChildProcess): void {
  if (pid !== undefined) {
    process.kill(-pid, 'SIGKILL');
  }
}
