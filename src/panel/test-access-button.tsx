import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';
import type { IPageAuth } from '../auth/page-auth';
import { TextButton } from './button';

interface IProps {
  readonly auth: Pick<IPageAuth, 'getToken'>;
  readonly trans: TranslationBundle;
}

/** Checks on click that the account gets a token, and says what it can see. */
export function TestAccessButton({ auth, trans }: IProps): JSX.Element {
  const [result, setResult] = useState('');
  const test = async (): Promise<void> => {
    setResult(trans.__('Testing…'));
    const { testAccess } = await import('./on-click');
    setResult(await testAccess(auth, trans));
  };
  return (
    <div className="jp-AzurePanel-menu">
      <TextButton
        label={trans.__('Test access')}
        onPress={() => void test().catch(() => setResult(''))}
      />
      <p className="jp-AzurePanel-aside" aria-live="polite">
        {result}
      </p>
    </div>
  );
}
