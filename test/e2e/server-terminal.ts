import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { type Jupyter, PYTHON } from './jupyter';

/** A terminal of the server, which starts programs as it does for its user. */
export class ServerTerminal {
  /** @param page - Of the same server, logged in there; it types. */
  constructor(
    private readonly page: Page,
    private readonly jupyter: Jupyter
  ) {}

  /** Type a line, without waiting for its end. */
  async send(line: string): Promise<void> {
    this.name ??= await this.start();
    const url = `${this.jupyter.url.replace('http', 'ws')}terminals/websocket/${this.name}`;
    await this.page.evaluate(
      ([address, text]) =>
        new Promise<void>((resolve, reject) => {
          const socket = new WebSocket(address!);
          socket.onerror = () => reject(new Error('The terminal cannot be reached.'));
          socket.onopen = () => {
            socket.send(JSON.stringify(['stdin', `${text}\r`]));
            resolve();
          };
        }),
      [url, line]
    );
  }

  /**
   * Run a script of this test's folder.
   *
   * @param name - Of the file for its output.
   * @returns Reads the output; empty until the script has ended.
   */
  async runScript(script: string, name: string): Promise<() => Promise<string>> {
    const out = this.jupyter.path(name);
    await this.send(
      `cd ${this.jupyter.path('.')} && ${PYTHON} ${script} > ${name}.part; mv ${name}.part ${name}`
    );
    return async () => (existsSync(out) ? (await readFile(out, 'utf8')).trim() : '');
  }

  private async start(): Promise<string> {
    const answer = await fetch(`${this.jupyter.url}api/terminals`, {
      method: 'POST',
      headers: { Authorization: `token ${this.jupyter.token}` }
    });
    return ((await answer.json()) as { name: string }).name;
  }

  private name: string | undefined;
}
