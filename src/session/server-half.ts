import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** An answer of the server half that is no success: its code and nothing else of it. */
export class ServerHalfError extends Error {
  override readonly name = 'ServerHalfError';

  constructor(
    readonly status: number,
    readonly code: string,
    /** An AADSTS number, or null. */
    readonly detail: string | null
  ) {
    super(code);
  }
}

/** The routes below `<base>/azure-auth/`. */
export class ServerHalf {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  /**
   * @param route - Below `azure-auth/`.
   * @returns The fields of the answer; nothing in them is checked yet.
   * @throws ServerHalfError when it refuses; `ServerConnection.NetworkError` when it does not answer.
   */
  async ask(route: string, fields: object = {}): Promise<ReadonlyMap<string, unknown>> {
    const response = await ServerConnection.makeRequest(
      URLExt.join(this.settings.baseUrl, 'azure-auth', route),
      {
        method: 'POST',
        body: JSON.stringify(fields),
        headers: { 'Content-Type': 'application/json' }
      },
      this.settings
    );
    const answer = fieldsOf(await response.json().catch(() => null));
    if (!response.ok) {
      const code = answer.get('code');
      const detail = answer.get('detail');
      throw new ServerHalfError(
        response.status,
        typeof code === 'string' ? code : 'failed',
        aadstsNumber(detail)
      );
    }
    return answer;
  }
}

/** Of Entra's errors only the number is shown. @returns Null for anything else. */
export function aadstsNumber(value: unknown): string | null {
  return typeof value === 'string' && /^AADSTS\d{4,8}$/.test(value) ? value : null;
}

/** Fields of a JSON object; none of anything else. */
export function fieldsOf(data: unknown): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>(
    Object.entries(typeof data === 'object' && data !== null ? data : {})
  );
}
