import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { type IFormRenderer, UseSignal } from '@jupyterlab/ui-components';
import React, { type ComponentProps, type ComponentType } from 'react';
import type { Settings } from '../auth/create-auth';
import { messageFor } from '../auth/messages';
import { CLOUD_NAMES, popupSettings, type SettingName } from '../auth/popup-settings';
import { readServerConfig } from '../auth/server-config';
import { ServerExtensionClient } from '../server-api/client';
import { effectiveText } from './effective-text';
import { SettingField } from './setting-field';

/** What the Settings Editor passes to the field of a setting. */
export type FieldProps = ComponentProps<NonNullable<IFormRenderer['fieldRenderer']>>;

/** Return the field of the settings that the administrator can set as well. */
export async function settingField(
  settings: Settings,
  serverSettings: ServerConnection.ISettings,
  trans: TranslationBundle
): Promise<ComponentType<FieldProps>> {
  const server = await readServerConfig(new ServerExtensionClient(serverSettings));
  const baseUrl = new URL(serverSettings.baseUrl, window.location.href).href;
  const clouds = [...CLOUD_NAMES, ...(server.cloud === null ? [] : [server.cloud])];

  const field = (props: FieldProps): JSX.Element => {
    const { formData } = props;
    const name = props.name as SettingName;
    // What is typed is stored a moment later.
    const user = { ...settings.composite, [name]: formData };
    const { effective, invalid } = popupSettings(user, server, baseUrl);
    const isSet = typeof formData === 'string' && formData.trim() !== '';
    const problem = { code: 'bad_configuration', detail: name, request: null } as const;
    // As the panel says it.
    const { plain, remedy } = messageFor(problem, null, trans);
    return (
      <SettingField
        field={props}
        problem={isSet && invalid.includes(name) ? `${plain} ${remedy}` : null}
        effective={server.problem ?? effectiveText(name, effective[name], trans)}
        clouds={clouds}
        trans={trans}
      />
    );
  };
  return props => <UseSignal signal={settings.changed}>{() => field(props)}</UseSignal>;
}
