import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** An error answer of the server extension. Its message is the code and nothing else. */
export class ServerExtensionError extends Error {
  override readonly name = 'ServerExtensionError';

  constructor(
    readonly status: number,
    readonly code: string,
    /** An AADSTS number, or null. */
    readonly detail: string | null,
    /** The cause of `unavailable`, if the server knows it. */
    readonly reason: unknown = undefined,
    /**
     * Why an ambient identity has no token and how to fix it, or what Azure says about an unknown
     * number.
     */
    readonly explanation: unknown = undefined,
    readonly trace: unknown = undefined
  ) {
    super(code);
  }
}

/**
 * Timeouts in milliseconds. A token may come from a host that asks clients to wait: the server
 * extension gives up after two minutes. `doctor` waits for several hosts in turn.
 */
const REQUEST_TIMEOUT_MS = 20_000;
const SLOW_REQUEST_TIMEOUT_MS = 130_000;

const SLOW_ROUTES = new Set(['token', 'doctor']);

/**
 * The code if something answers in place of the server extension: a proxy, a login page, a broken
 * answer.
 */
export const UNREADABLE = 'unreadable';

/** Client for the routes below `<base>/azure-auth/`. */
export class ServerExtensionClient {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  get baseUrl(): string {
    return this.settings.baseUrl;
  }

  /**
   * Send a request.
   *
   * @param route - Below `azure-auth/`.
   * @returns The fields of the answer, not checked yet.
   * @throws ServerExtensionError if the server extension refuses, or something else answers;
   * `ServerConnection.NetworkError` if there is no answer in time.
   */
  async post(route: string, fields: object = {}): Promise<Fields> {
    const timeoutMs = SLOW_ROUTES.has(route) ? SLOW_REQUEST_TIMEOUT_MS : REQUEST_TIMEOUT_MS;
    const response = await ServerConnection.makeRequest(
      URLExt.join(this.settings.baseUrl, 'azure-auth', route),
      {
        method: 'POST',
        body: JSON.stringify(fields),
        headers: { 'Content-Type': 'application/json' },
        // A page that is closed still reports what it has just given.
        keepalive: route === 'activity',
        signal: AbortSignal.timeout(timeoutMs)
      },
      this.settings
    );
    return readAnswer(response.status, await response.json().catch(() => null));
  }
}

function readAnswer(status: number, data: unknown): Fields {
  const answer = fieldsOf(data);
  const isOk = status >= 200 && status < 300;
  if (isOk && typeof data === 'object' && data !== null) {
    return answer;
  }
  const none = isOk || status >= 500 ? UNREADABLE : 'failed';
  throw new ServerExtensionError(
    status,
    // An exception in the server says nothing about the request.
    (status === 500 ? null : textOf(answer, 'code')) ?? none,
    aadstsNumber(answer.get('detail')),
    answer.get('reason'),
    answer.get('explanation'),
    answer.get('trace')
  );
}

/** Return an Entra error number, the only part that is shown. @returns Null for anything else. */
export function aadstsNumber(value: unknown): string | null {
  return typeof value === 'string' && /^AADSTS\d{4,8}$/.test(value) ? value : null;
}

/** The fields of a JSON object, not checked yet. */
export type Fields = ReadonlyMap<string, unknown>;

/** Return the fields of a JSON object; empty for anything else. */
export function fieldsOf(data: unknown): Fields {
  return new Map<string, unknown>(
    Object.entries(typeof data === 'object' && data !== null ? data : {})
  );
}

/** Return a field that is a text; null for anything else. */
export function textOf(fields: Fields, name: string): string | null {
  const value = fields.get(name);
  return typeof value === 'string' ? value : null;
}

/** Return a field that is a number; null for anything else. */
export function numberOf(fields: Fields, name: string): number | null {
  const value = fields.get(name);
  return typeof value === 'number' ? value : null;
}

/** Return a field that is a list; empty for anything else. */
export function listOf(fields: Fields, name: string): readonly unknown[] {
  const value = fields.get(name);
  return Array.isArray(value) ? value : [];
}
