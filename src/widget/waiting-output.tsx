import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { ReactWidget } from '@jupyterlab/ui-components';
import React, { Suspense } from 'react';
import { EXTENSION_NAME } from '../extension-names';
import { lazyComponent } from '../panel/lazy-component';
import type { ISignInViewOptions } from './sign-in-view';

/** In the output of a waiting cell, beside the same content as text. */
const WAITING = `application/vnd.${EXTENSION_NAME}.waiting+json`;

/** Not loaded with the page: most cells never wait. */
const Waiting = lazyComponent(async () => (await import('../on-demand')).WaitingView);

/** Return the renderer of the sign-in under a cell that waits for one. */
export function waitingOutputFactory(options: ISignInViewOptions): IRenderMime.IRendererFactory {
  return {
    // In an untrusted notebook, the text has to suffice.
    safe: false,
    mimeTypes: [WAITING],
    // Before HTML, which contains the text.
    defaultRank: 40,
    createRenderer: () => new WaitingOutput(options)
  };
}

class WaitingOutput extends ReactWidget implements IRenderMime.IRenderer {
  constructor(private readonly options: ISignInViewOptions) {
    super();
  }

  async renderModel({ data }: IRenderMime.IMimeModel): Promise<void> {
    this.#data = data;
    this.update();
  }

  protected override render(): JSX.Element {
    const text = textOf(this.#data['text/plain']);
    // Any code can write an output: an invalid id matches no waiting cell.
    const { request_id: id } = Object(this.#data[WAITING]) as { readonly request_id?: unknown };
    return (
      <Suspense fallback={<p>{text}</p>}>
        <Waiting {...this.options} requestId={textOf(id)} text={text} />
      </Suspense>
    );
  }

  #data: IRenderMime.IMimeModel['data'] = {};
}

/** Return a text; empty for anything else, which may not even be convertible. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
