const KEY = 'jupyter-azure-auth:sessions';

/** A tab that is reloaded all day must not fill the storage. */
const MOST = 50;

/**
 * The sessions by which this tab has talked to kernels before it was reloaded. A cell that runs on
 * asks under the one of its beginning: without them the page would take itself for another one,
 * which is silent at first (design, "Who answers").
 */
export class EarlierSessions {
  constructor(private readonly storage: Storage) {}

  /** Note that a session is this tab's. */
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
