import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { FieldProps } from './field';
import { MetadataInput } from './metadata-input';

interface IProps {
  readonly field: FieldProps;
  /** What is wrong with the value, and what to do about it. */
  readonly problem: string | null;
  /** Which value is in effect, if it is another one. */
  readonly effective: string | null;
  readonly clouds: readonly string[];
  readonly trans: TranslationBundle;
}

/** JupyterLab has classes for the parts, but none for a field that contains its own label. */
const WITHOUT_INSET = { marginLeft: -7 };
const MESSAGE = { flexBasis: '100%', paddingLeft: 7, overflowWrap: 'anywhere' } as const;

/** A setting with what is wrong with it, and the value in effect if it is another one. */
export function SettingField(props: IProps): JSX.Element {
  const { field, problem, effective, trans } = props;
  const { formData, idSchema, name, schema, registry } = field;
  const StringField = registry.fields['StringField']!;
  const id = idSchema.$id;
  return (
    <div className="jp-FormGroup-contentNormal" style={WITHOUT_INSET}>
      <label className="jp-FormGroup-fieldLabel jp-FormGroup-contentItem" htmlFor={id}>
        {schema.title}
      </label>
      <div className="jp-inputFieldWrapper jp-FormGroup-contentItem">
        {name === 'authorityMetadata' ? (
          <MetadataInput field={field} trans={trans} />
        ) : (
          <StringField
            {...field}
            schema={
              name === 'cloud' ? { ...schema, oneOf: choices([...props.clouds, formData]) } : schema
            }
          />
        )}
      </div>
      <div id={`${id}__error`} className="validationErrors" role="status" style={MESSAGE}>
        {problem}
      </div>
      <div id={`${id}__help`} style={MESSAGE}>
        {effective}
      </div>
    </div>
  );
}

/** Return the choices: none, and each name once. Clouds with an authority can have any name. */
function choices(names: readonly unknown[]): { const: string; title: string }[] {
  const texts = names.filter((name): name is string => typeof name === 'string');
  return [...new Set(['', ...texts])].map(name => ({ const: name, title: name }));
}
