import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { ENTRA_TEXTS } from '../auth/entra';
import type { IAzureProblem } from '../tokens';

/**
 * Return the address of this version's help page, which this Jupyter server serves, at the entry of
 * a problem: of its AADSTS number if the page explains it, otherwise of its code.
 */
export function helpUrl({ code, detail }: IAzureProblem): string {
  // Unknown to the page without a front end, which is at `<base>/azure-auth/`.
  const extensions = PageConfig.getOption('fullLabextensionsUrl') || '../lab/extensions';
  const page = URLExt.join(extensions, 'jupyter-azure-auth/static/help.html');
  return `${page}#${detail !== null && detail in ENTRA_TEXTS ? detail : code}`;
}
