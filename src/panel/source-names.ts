import type { TranslationBundle } from '@jupyterlab/translation';
import { isSource } from '../auth/methods';
import type { SourceName } from '../tokens';

/** Return the title of a source; an unknown one, from a newer server extension, keeps its name. */
export function sourceTitle(source: string, trans: TranslationBundle): string {
  return isSource(source) ? TITLES[source](trans) : source;
}

/** A new source does not compile without a title. */
const TITLES: Readonly<Record<SourceName, (trans: TranslationBundle) => string>> = {
  'managed-identity': trans => trans.__('Managed identity'),
  'connect-to-azure': trans => trans.__('Connect to Azure'),
  'azure-cli': trans => trans.__('Azure CLI'),
  popup: trans => trans.__('Browser sign-in of a tab'),
  loopback: trans => trans.__('Browser sign-in for all tabs'),
  'device-code': trans => trans.__('Sign in with a code')
};
