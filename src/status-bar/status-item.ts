import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import type { IAuthStatus } from './auth-status';

/** Not a style sheet, which with its loader would be larger than the rest of the item. */
const BUTTON =
  'display:flex;gap:4px;align-items:center;height:100%;max-width:240px;padding:0 8px;border:0;' +
  'background:none;color:var(--jp-ui-font-color1);font:inherit;' +
  'font-size:var(--jp-ui-font-size1);cursor:pointer';
const TEXT = 'overflow:hidden;text-overflow:ellipsis;white-space:nowrap';

/** A button that says who is signed in. Without React: it loads with the page. */
export class StatusItem extends Widget {
  /** @param showPanel - Called on a click. */
  constructor(showPanel: () => void, trans: TranslationBundle) {
    super();
    this.id = 'azure-auth-status';
    // Highlighted by JupyterLab under the pointer.
    this.addClass('jp-mod-highlighted');
    this.#button.style.cssText = BUTTON;
    this.#button.title = trans.__('Show the Azure panel');
    this.#button.addEventListener('click', showPanel);
    this.#mark.setAttribute('aria-hidden', 'true');
    this.#text.style.cssText = TEXT;
    this.#button.append(this.#mark, this.#text);
    this.node.append(this.#button);
  }

  setStatus({ mark, text, name, needsUser }: IAuthStatus): void {
    this.#mark.textContent = mark;
    this.#mark.style.color = needsUser ? 'var(--jp-warn-color0)' : '';
    this.#text.textContent = text;
    this.#button.setAttribute('aria-label', name);
  }

  readonly #button = document.createElement('button');
  readonly #mark = document.createElement('span');
  readonly #text = document.createElement('span');
}
