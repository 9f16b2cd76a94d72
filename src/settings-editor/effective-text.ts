import type { TranslationBundle } from '@jupyterlab/translation';
import type { IEffectiveSetting, SettingName } from '../auth/popup-settings';

/**
 * Return which value is in effect, and where it comes from.
 *
 * @returns Null if it is the user's own, which the field shows.
 */
export function effectiveText(
  name: SettingName,
  { value, from }: IEffectiveSetting<string | object | null>,
  trans: TranslationBundle
): string | null {
  if (from === 'user') {
    return null;
  }
  if (value === null || value === '') {
    return trans.__('Effective: none.');
  }
  const shown = typeof value === 'string' ? value : issuerOf(value);
  const origins = {
    server: trans.__('from the server’s %1', traitOf(name)),
    cloud: trans.__('from the cloud and the tenant'),
    authority: trans.__('from the authority'),
    default: trans.__('the default')
  };
  return trans.__('Effective: %1, %2.', shown, origins[from]);
}

/** Metadata are long; the server accepts none without an issuer. */
function issuerOf(metadata: object): string {
  return 'issuer' in metadata ? String(metadata.issuer) : '';
}

/** Return what the administrator calls a setting. */
function traitOf(name: SettingName): string {
  return `c.AzureAuth.${name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)}`;
}
