/** Whether people other than this page's user can run code in its kernels: its server decides. */
export class Sharing {
  /** @param ask - Asks the server; rejects where it does not say. */
  constructor(private readonly ask: () => Promise<boolean>) {}

  /** What is known. Nothing is safe until something is. */
  get isShared(): boolean {
    return this.known ?? true;
  }

  /**
   * @param again - Also if it is known: where others can open the server of one user, it finds out
   *   when they do.
   * @returns `isShared` afterwards; a server that does not answer has said nothing new.
   */
  async look(again = false): Promise<boolean> {
    if (again || this.known === null) {
      this.asking ??= this.ask()
        .then(isShared => void (this.known = isShared))
        .catch(() => void (this.known = again ? null : this.known))
        .finally(() => void (this.asking = null));
      await this.asking;
    }
    return this.isShared;
  }

  private known: boolean | null = null;
  private asking: Promise<void> | null = null;
}
