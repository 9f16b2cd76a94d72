import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';
import { AzureAuthError } from '../auth/errors';
import { messageFor } from '../auth/messages';
import type { IPageAuth } from '../auth/page-auth';
import { TextButton } from './button';
import { ResourceManager, ResourceManagerError } from './resource-manager';

interface IProps {
  readonly auth: Pick<IPageAuth, 'getToken'>;
  readonly trans: TranslationBundle;
}

/** Checks on click that the account gets a token, and says what it can see. */
export function TestAccess({ auth, trans }: IProps): JSX.Element {
  const [result, setResult] = useState('');
  const test = (): void => {
    setResult(trans.__('Testing…'));
    void testAccess(auth, trans).then(setResult);
  };
  return (
    <div className="jp-AzurePanel-menu">
      <TextButton label={trans.__('Test access')} onPress={test} />
      <p className="jp-AzurePanel-aside" aria-live="polite">
        {result}
      </p>
    </div>
  );
}

/** Return in words whether the account gets a token for Azure, and what it can see there. */
async function testAccess(auth: IProps['auth'], trans: TranslationBundle): Promise<string> {
  try {
    const { length } = await (await ResourceManager.open(auth)).subscriptions();
    return length === 0
      ? trans.__(
          'Your account gets tokens, but cannot see any subscriptions. Ask a subscription owner to give you a role.'
        )
      : trans._n(
          'Your account gets tokens, and can see %1 subscription.',
          'Your account gets tokens, and can see %1 subscriptions.',
          length
        );
  } catch (error) {
    return reasonOf(error, trans);
  }
}

/** Return why Resource Manager could not be read, and what to do. */
export function reasonOf(error: unknown, trans: TranslationBundle): string {
  if (error instanceof AzureAuthError) {
    const { sentence, remedy } = messageFor(error.problem, trans.__('Resource Manager'), trans);
    return [sentence, remedy].join(' ');
  }
  return error instanceof ResourceManagerError
    ? trans.__(
        'Your account gets tokens, but Azure Resource Manager refused them (%1).',
        error.status
      )
    : trans.__(
        'This browser cannot reach Azure Resource Manager. Check the network, then try again.'
      );
}
