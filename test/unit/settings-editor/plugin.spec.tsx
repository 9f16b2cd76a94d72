/** @jest-environment jsdom */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
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

const mockSettingField = jest.fn<Promise<React.ComponentType<FieldProps>>, []>();
jest.mock('../../../src/on-demand', () => ({ settingField: () => mockSettingField() }));

const APP = { serviceManager: {} } as JupyterFrontEnd;
const SETTINGS = { load: async () => ({}) } as unknown as ISettingRegistry;

/** What JupyterLab passes to the field of a text. */
const PROPS = {
  idSchema: { $id: 'the-field' },
  schema: { type: 'string', title: 'Client ID' },
  registry: {
    fields: { StringField: ({ idSchema }: FieldProps) => <input id={idSchema.$id} /> }
  }
} as unknown as FieldProps;

/** Open the Settings Editor. @returns What the field of the client id shows. */
async function open(): Promise<Place> {
  const Field = renderers.get(CLIENT_ID)!.fieldRenderer!;
  const place = new Place();
  await act(async () => place.show(<Field {...PROPS} />));
  await act(async () => undefined);
  return place;
}

describe('settingsEditorPlugin', () => {
  it('names a field if the settings or the server’s configuration cannot be read', async () => {
    await settingsEditorPlugin.activate(APP, registry, null, null);
    const place = await open();
    expect(place.host.querySelector('input')!.labels![0]!.textContent).toBe('Client ID');
    place.close();
  });

  it('reads them again when the editor is opened again, until it has them', async () => {
    await settingsEditorPlugin.activate(APP, registry, SETTINGS, null);
    mockSettingField
      .mockRejectedValueOnce(new Error('The server does not answer.'))
      .mockResolvedValue(() => <p>ours</p>);
    const before = await open();
    const input = before.host.querySelector('input');
    expect(input).not.toBeNull();
    const after = await open();
    expect(after.text).toBe('ours');
    // What is being edited stays as it is.
    const Field = renderers.get(CLIENT_ID)!.fieldRenderer!;
    before.show(<Field {...PROPS} />);
    expect(before.host.querySelector('input')).toBe(input);
    const again = await open();
    expect([again.text, mockSettingField.mock.calls.length]).toEqual(['ours', 2]);
    [before, after, again].forEach(place => place.close());
  });

  it('does nothing if JupyterLab has no such fields', () => {
    expect(() =>
      settingsEditorPlugin.activate({} as JupyterFrontEnd, null, null, null)
    ).not.toThrow();
  });
});
