import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import React, { Suspense } from 'react';
import type { ISidebarOptions } from './body';
import type { IAuthStatus } from '../status-bar/auth-status';
import { attentionIcon, azureIcon } from './icon';
import { lazyComponent } from './lazy-component';

/** Half of the extension's code: loaded when the panel is first shown, not with the page. */
const PanelBody = lazyComponent(async () => (await import('../on-demand')).PanelBody);

/** The sidebar panel. Does nothing, and sends no request, before it is first shown. */
export class AzurePanel extends ReactWidget {
  constructor(private readonly options: AzurePanel.IOptions) {
    super();
    const { trans } = options;
    this.id = 'azure-auth-panel';
    this.addClass('jp-AzurePanel');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Azure'));
    this.title.icon = azureIcon;
    this.title.caption = trans.__('Azure');
  }

  /** Emits after the panel was shown or hidden. */
  readonly visibilityChanged = new Signal<this, void>(this);

  /** Put a badge on the icon in the sidebar while the user has something to do. */
  setStatus({ needsUser, name }: IAuthStatus): void {
    this.title.caption = needsUser ? name : this.options.trans.__('Azure');
    if (this.#hasBadge !== needsUser) {
      this.#hasBadge = needsUser;
      // As JupyterLab does for the icon that a widget is added with.
      const icon = needsUser ? attentionIcon : azureIcon;
      this.title.icon = icon.bindprops({ stylesheet: 'sideBar' });
    }
  }

  protected override render(): JSX.Element | null {
    if (!this.#wasSeen) {
      return null;
    }
    return (
      <Suspense fallback={null}>
        <PanelBody
          {...this.options}
          visible={this.isVisible}
          onReady={() => document.activeElement === this.node && this.#focusContent()}
        />
      </Suspense>
    );
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.#appear();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.#appear();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.update();
    this.visibilityChanged.emit();
  }

  /**
   * Focus the panel's first button that does not look like a link, so that keyboard users continue
   * there.
   */
  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.node.tabIndex = -1;
    // In the next frame: the command palette takes the focus away after it has run a command.
    requestAnimationFrame(() => this.#focusContent());
  }

  /** Until there is a button, the panel itself has the focus. */
  #focusContent(): void {
    const button = this.node.querySelector<HTMLElement>('button.jp-AzurePanel-button');
    (button ?? this.node).focus();
  }

  /** Load what a click needs in advance, so that it still has the browser's user gesture. */
  #appear(): void {
    if (this.isVisible) {
      this.#wasSeen = true;
      this.update();
      void this.options.auth.prepare();
      this.visibilityChanged.emit();
    }
  }

  #wasSeen = false;
  #hasBadge = false;
}

export namespace AzurePanel {
  export type IOptions = ISidebarOptions;
}
