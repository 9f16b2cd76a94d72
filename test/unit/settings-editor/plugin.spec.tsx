/** @jest-environment jsdom */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IFormRenderer, IFormRendererRegistry } from '@jupyterlab/ui-components';
import React, { act } from 'react';
import type { FieldProps } from '../../../src/settings-editor/field';
import { settingsEditorPlugin } from '../../../src/settings-editor/plugin';
import { Place } from '../panel/render';

const CLIENT_ID = 'jupyter-azure-auth:session.clientId';

const renderers = new Map<string, IFormRenderer>();
const registry = {
  addRenderer: (id: string, renderer: IFormRenderer) => void renderers.set(id, renderer)
} as unknown as IFormRendererRegistry;

/** What JupyterLab passes to the field of a text. */
const PROPS = {
  idSchema: { $id: 'the-field' },
  schema: { type: 'string', title: 'Client ID' },
  registry: {
    fields: { StringField: ({ idSchema }: FieldProps) => <input id={idSchema.$id} /> }
  }
} as unknown as FieldProps;

describe('settingsEditorPlugin', () => {
  it('names a field where the settings or the server’s configuration cannot be read', async () => {
    const app = {} as JupyterFrontEnd;
    await settingsEditorPlugin.activate(app, registry, null, null);
    const Field = renderers.get(CLIENT_ID)!.fieldRenderer!;
    const place = new Place();
    await act(async () => place.show(<Field {...PROPS} />));
    await act(async () => undefined);
    expect(place.host.querySelector('input')!.labels![0]!.textContent).toBe('Client ID');
    place.close();
  });

  it('has nothing to do where JupyterLab has no such fields', () => {
    expect(() =>
      settingsEditorPlugin.activate({} as JupyterFrontEnd, null, null, null)
    ).not.toThrow();
  });
});
