import { DOMWidgetModel, DOMWidgetView, type ExportMap } from '@jupyter-widgets/base';
import { ReactWidget } from '@jupyterlab/ui-components';
import { PanelLayout } from '@lumino/widgets';
import React, { Suspense } from 'react';
import { EXTENSION_NAME } from '../extension-names';
import { lazyComponent } from '../panel/lazy-component';
import type { ISignInViewOptions } from './sign-in-view';

/** Version of what kernels send and notebooks store, not of this package. */
export const WIDGET_VERSION = '1.0.0';

/** Loaded when a widget is shown, not with ipywidgets. */
const NotebookControl = lazyComponent(async () => (await import('../on-demand')).NotebookControl);

/** Has no state of its own: only the page knows what to show, and no notebook contains it. */
export class SignInModel extends DOMWidgetModel {
  override defaults(): ReturnType<DOMWidgetModel['defaults']> {
    return {
      ...super.defaults(),
      _model_name: 'SignInModel',
      _model_module: EXTENSION_NAME,
      _model_module_version: WIDGET_VERSION,
      _view_name: 'SignInView',
      _view_module: EXTENSION_NAME,
      _view_module_version: WIDGET_VERSION
    };
  }
}

/** Return the widget's classes, for ipywidgets to instantiate. */
export function signInWidget(options: ISignInViewOptions): ExportMap {
  class SignInView extends DOMWidgetView {
    override render(): void {
      super.render();
      const kernelId = kernelOf(this.model.widget_manager);
      const layout = new PanelLayout();
      layout.addWidget(new SignInBody(options, kernelId));
      this.luminoWidget.layout = layout;
    }
  }
  return { SignInModel, SignInView };
}

class SignInBody extends ReactWidget {
  constructor(
    private readonly options: ISignInViewOptions,
    private readonly kernelId: string | null
  ) {
    super();
    // So that a click still has the browser's permission to open a window.
    void options.auth.prepare();
  }

  protected override render(): JSX.Element {
    return (
      <Suspense fallback={null}>
        <NotebookControl {...this.options} kernelId={this.kernelId} />
      </Suspense>
    );
  }
}

/**
 * Return the id of the kernel that a notebook's manager is for; its interface lacks it (base 6).
 */
function kernelOf(manager: object): string | null {
  const { kernel } = manager as { readonly kernel?: { readonly id: string } | null };
  return kernel?.id ?? null;
}
