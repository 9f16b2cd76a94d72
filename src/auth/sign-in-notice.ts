/**
 * Tells the other tabs of this browser that one of them has signed in, so that they ask it for
 * tokens through the server. Every page of this origin can read it, so it contains nothing else.
 */
export function publishSignInNotice(baseUrl: string): void {
  // Browsers report changes only.
  localStorage.setItem(keyOf(baseUrl), crypto.randomUUID());
}

/** Whether a change of the storage is a notice for the tabs of this server. */
export function isSignInNotice({ key }: StorageEvent, baseUrl: string): boolean {
  return key === keyOf(baseUrl);
}

function keyOf(baseUrl: string): string {
  return `jupyter-azure-auth:tab-signed-in:${new URL(baseUrl, window.location.href).pathname}`;
}
