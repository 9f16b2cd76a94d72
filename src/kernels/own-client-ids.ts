import { parseJSON } from '../auth/parse-json';

const CLIENT_IDS_KEY = 'jupyter-azure-auth:sessions';

/** Maximum number of ids, so that a tab that is reloaded all day does not fill the storage. */
const MAX_CLIENT_IDS = 50;

/**
 * The session ids under which this tab has talked to kernels, including those from before a reload.
 * A running cell keeps asking under the id it started with; without these ids the page would take
 * such a request for another page's and stay silent at first (docs/dev/protocol.md).
 */
export class OwnClientIds {
  constructor(private readonly storage: Storage) {}

  /** Record that a session id belongs to this tab. */
  add(session: string): void {
    const known = this.all;
    if (!known.includes(session)) {
      this.storage.setItem(
        CLIENT_IDS_KEY,
        JSON.stringify([...known, session].slice(-MAX_CLIENT_IDS))
      );
    }
  }

  has(session: string): boolean {
    return this.all.includes(session);
  }

  get all(): readonly string[] {
    const stored = parseJSON(this.storage.getItem(CLIENT_IDS_KEY));
    return Array.isArray(stored) ? stored.filter(isText) : [];
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';
