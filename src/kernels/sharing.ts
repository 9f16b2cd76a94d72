/** Whether users other than this page's can run code in its kernels. The server decides. */
export class Sharing {
  /** @param ask - Asks the server; rejects if the server does not say. */
  constructor(private readonly ask: () => Promise<boolean>) {}

  /** The last known answer; kernels count as shared until there is one. */
  get isShared(): boolean {
    return this.known ?? true;
  }

  /**
   * @param again - Ask even if it is known: a server of one user notices only later that others can
   * open it.
   * @returns `isShared` afterwards; true if the server does not answer.
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
