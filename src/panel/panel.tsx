import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { type ISignal, Signal } from '@lumino/signaling';
import React from 'react';
import type { IAzureKernels, IAzureSession } from '../tokens';
import { azureIcon } from './icon';
import { KernelList } from './kernel-list';
import { useNow, useSignalled } from './live';
import { SessionView } from './session-view';

/** The sidebar's panel. Does nothing, and asks nobody, before it is first seen. */
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
  get visibilityChanged(): ISignal<this, void> {
    return this._visibilityChanged;
  }

  protected override render(): JSX.Element {
    return <PanelBody {...this.options} visible={this.isVisible} />;
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.appear();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.appear();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.update();
    this._visibilityChanged.emit();
  }

  /** Warm up what a click needs, so that it still owns the browser's user gesture. */
  private appear(): void {
    if (this.isVisible) {
      this.update();
      void this.options.session.prepare();
      this._visibilityChanged.emit();
    }
  }

  private readonly _visibilityChanged = new Signal<this, void>(this);
}

export namespace AzurePanel {
  export interface IOptions {
    readonly session: IAzureSession;
    readonly kernels: IAzureKernels;
    readonly trans: TranslationBundle;
  }
}

interface IBodyProps extends AzurePanel.IOptions {
  readonly visible: boolean;
}

/** Everything in the panel, from its title down. */
function PanelBody({ session, kernels, trans, visible }: IBodyProps): JSX.Element {
  const now = useNow(visible);
  const state = useSignalled(session.stateChanged, () => session.state);
  const grants = useSignalled(kernels.changed, () => kernels.grants);
  const signedIn = state.kind === 'signed-in';
  return (
    <>
      <h2 className="jp-AzurePanel-title">{trans.__('Azure')}</h2>
      <div className="jp-AzurePanel-body">
        <SessionView session={session} kernels={kernels} now={now} trans={trans} />
        {(signedIn || grants.length > 0) && (
          <KernelList grants={grants} renews={signedIn} now={now} trans={trans} />
        )}
      </div>
      <footer className="jp-AzurePanel-footer">
        {trans.__(
          'Tokens go to kernels that ask for one, and nowhere else. Nothing is written into notebooks.'
        )}
      </footer>
    </>
  );
}
