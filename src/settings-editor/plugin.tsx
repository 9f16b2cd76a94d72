import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { IFormRendererRegistry } from '@jupyterlab/ui-components';
import React, { lazy, Suspense, useState } from 'react';
import { SESSION_PLUGIN } from '../auth/plugin';
import type { SettingName } from '../auth/popup-settings';
import type { FieldProps } from './field';

/** The settings that can also be set at the server. */
const NAMES: readonly SettingName[] = [
  'clientId',
  'tenantId',
  'cloud',
  'redirectUri',
  'authority',
  'authorityMetadata'
];

/**
 * Not loaded with the page: most users never open the Settings Editor. The schema has no patterns,
 * since Jupyter Server ignores all settings of a plugin, `kernelAccess` too, if one does not fit.
 */
export const settingsEditorPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-azure-auth:settings-editor',
  description: 'Validates settings as they are edited, and shows the values in effect.',
  autoStart: true,
  optional: [IFormRendererRegistry, ISettingRegistry, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    renderers: IFormRendererRegistry | null,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ): void => {
    const load = async (): Promise<React.ComponentType<FieldProps>> => {
      const { settingField } = await import('../on-demand');
      const trans = (translator ?? nullTranslator).load('jupyter-azure-auth');
      return settingField(
        await registry!.load(SESSION_PLUGIN),
        app.serviceManager.serverSettings,
        trans
      );
    };
    const attempt = (): React.ComponentType<FieldProps> =>
      lazy(async () => ({
        default: await load().catch(() => {
          next = attempt();
          // Nearly as without this plugin.
          return PlainField;
        })
      }));
    let next = attempt();
    const fieldRenderer = (props: FieldProps): JSX.Element => {
      // The same as long as it is shown: what has failed is tried again when the editor is opened.
      const [Field] = useState(() => next);
      return (
        <Suspense fallback={null}>
          <Field {...props} />
        </Suspense>
      );
    };
    for (const name of NAMES) {
      renderers?.addRenderer(`${SESSION_PLUGIN}.${name}`, { fieldRenderer });
    }
  }
};

/** JupyterLab shows the name of an object, but leaves that of a text to a field of ours. */
function PlainField(props: FieldProps): JSX.Element {
  const { idSchema, registry, schema } = props;
  const { ObjectField, StringField } = registry.fields;
  const isText = schema.type === 'string';
  const Field = (isText ? StringField : ObjectField)!;
  return (
    <>
      {isText && (
        <label className="jp-FormGroup-fieldLabel" htmlFor={idSchema.$id}>
          {schema.title}
        </label>
      )}
      <Field {...props} />
    </>
  );
}
