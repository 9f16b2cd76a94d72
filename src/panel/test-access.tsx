import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';
import type { IPageAuth } from '../auth/page-auth';
import { TextButton } from './button';
import { currentCloud, readSubscriptions, reasonOf } from './resource-manager';

interface IProps {
  readonly auth: Pick<IPageAuth, 'getToken'>;
  readonly trans: TranslationBundle;
}

/** Checks on click that the account gets a token, and says what it can see. */
export function TestAccess({ auth, trans }: IProps): JSX.Element {
  const [result, setResult] = useState('');
  const [isTesting, setIsTesting] = useState(false);
  const test = (): void => {
    setIsTesting(true);
    setResult(trans.__('Testing…'));
    void testAccess(auth, trans)
      .then(setResult)
      .then(() => setIsTesting(false));
  };
  return (
    <div className="jp-AzurePanel-menu">
      <TextButton label={trans.__('Test access')} isBusy={isTesting} onPress={test} />
      <p className="jp-AzurePanel-aside" aria-live="polite">
        {result}
      </p>
    </div>
  );
}

/** Return in words whether the account can get a token for Azure, and what it can see there. */
async function testAccess(auth: IProps['auth'], trans: TranslationBundle): Promise<string> {
  try {
    const { length } = await readSubscriptions(auth, await currentCloud(auth));
    return length === 0
      ? trans.__(
          'Your account can get tokens, but cannot see any subscriptions. Ask a subscription owner to give you a role.'
        )
      : trans._n(
          'Your account can get tokens and see %1 subscription.',
          'Your account can get tokens and see %1 subscriptions.',
          length
        );
  } catch (error) {
    return reasonOf(error, trans);
  }
}
