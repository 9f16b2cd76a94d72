/**
 * Parse a text of the browser's storage, where any script of this origin can write.
 *
 * @returns Null if there is none, or it is not JSON.
 */
export function parseJSON(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
