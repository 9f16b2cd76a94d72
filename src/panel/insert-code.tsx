import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import React, { useState } from 'react';
import type { IPageAuth } from '../auth/page-auth';
import { codeCells } from './code-cells';
import { Details } from './details';
import { ResourceChooser } from './resource-chooser';
import { TextButton } from './button';

interface IProps {
  readonly auth: Pick<IPageAuth, 'getToken'>;
  readonly commands: Pick<CommandRegistry, 'execute' | 'isEnabled'>;
  readonly trans: TranslationBundle;
}

const INSERT = 'notebook:insert-cell-below';
const FILL = 'notebook:replace-selection';

/** Cells to start from, folded. */
export function InsertCode(props: IProps): JSX.Element {
  return (
    <Details className="jp-AzurePanel-menu" label={props.trans.__('Insert code')}>
      <Cells {...props} />
    </Details>
  );
}

/** Inserts a cell that uses the sign-in into the current notebook, or copies it. */
function Cells({ auth, commands, trans }: IProps): JSX.Element {
  const [done, setDone] = useState<'inserted' | 'copied' | 'failed' | null>(null);
  const [code, setCode] = useState('');
  const put = async (text: string): Promise<void> => {
    setCode(text);
    if (hasNotebook(commands)) {
      await commands.execute(INSERT);
      await commands.execute(FILL, { text });
      setDone('inserted');
    } else {
      // Throws if the browser has none for this page, or does not let the page use it.
      await navigator.clipboard.writeText(text);
      setDone('copied');
    }
  };
  const insert = (text: string): void => void put(text).catch(() => setDone('failed'));
  return (
    <>
      <ul className="jp-AzurePanel-lines">
        {codeCells(0).map(cell => (
          <li key={cell.product}>
            <TextButton label={cell.product} onPress={() => insert(cell.code)} />
          </li>
        ))}
      </ul>
      <ResourceChooser auth={auth} onChosen={insert} trans={trans} />
      <p className="jp-AzurePanel-aside" aria-live="polite">
        {done === 'inserted' && trans.__('Inserted below the active cell.')}
        {done === 'copied' && trans.__('Copied. Open a notebook and paste it into a cell.')}
        {done === 'failed'
          ? trans.__('Open a notebook, then try again.')
          : done !== null && code.includes('<') && ` ${trans.__('Replace the parts in <…>.')}`}
      </p>
    </>
  );
}

/** Whether JupyterLab has a current notebook, and these commands. */
function hasNotebook(commands: IProps['commands']): boolean {
  try {
    return commands.isEnabled(INSERT) && commands.isEnabled(FILL);
  } catch {
    return false;
  }
}
