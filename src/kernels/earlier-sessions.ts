const KEY = 'jupyter-azure-auth:sessions';

/** Maximum number of ids, so that a tab that is reloaded all day does not fill the storage. */
const MOST = 50;

/**
 * The session ids under which this tab has talked to kernels, including those from before a reload.
 * A running cell keeps asking under the id it started with; without these ids the page would take
 * such a request for another page's and stay silent at first (design, "Who answers").
 */
export class EarlierSessions {
  constructor(private readonly storage: Storage) {}

  /** Record that a session id belongs to this tab. */
  add(session: string): void {
    const known = this.read();
    if (!known.includes(session)) {
      this.storage.setItem(KEY, JSON.stringify([...known, session].slice(-MOST)));
    }
  }

  has(session: string): boolean {
    return this.read().includes(session);
  }

  private read(): readonly string[] {
    try {
      const kept: unknown = JSON.parse(this.storage.getItem(KEY) ?? '[]');
      return Array.isArray(kept) ? kept.filter(isText) : [];
    } catch {
      return [];
    }
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';
