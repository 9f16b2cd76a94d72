import type { TranslationBundle } from '@jupyterlab/translation';
import React, { type ReactNode } from 'react';
import type { IKernelRequests } from '../kernels/kernel-requests';
import { TextButton } from './button';

interface IProps {
  readonly kernels: Pick<IKernelRequests, 'revoke' | 'restore'>;
  /** Of the kernel, or `PROCESSES`. */
  readonly kernelId: string;
  readonly isRevoked: boolean;
  /** What it is called in the buttons' names; null for programs, whose word is translated. */
  readonly name: string | null;
  readonly trans: TranslationBundle;
  /** What it is called in the line. */
  readonly children: ReactNode;
}

/** Names what has access, with the button to revoke it; after that, to allow it again. */
export function AccessLine(props: IProps): JSX.Element {
  const { kernels, kernelId, isRevoked, name, trans, children } = props;
  return (
    <>
      <div className="jp-AzurePanel-kernelHead">
        {children}
        {isRevoked ? (
          <TextButton
            label={trans.__('Allow again')}
            name={
              name === null ? trans.__('Allow programs again') : trans.__('Allow %1 again', name)
            }
            onPress={() => void kernels.restore(kernelId)}
          />
        ) : (
          <TextButton
            label={trans.__('Revoke')}
            name={
              name === null
                ? trans.__('Revoke the access of programs')
                : trans.__('Revoke the access of %1', name)
            }
            onPress={() => void kernels.revoke(kernelId)}
          />
        )}
      </div>
      {isRevoked && <div className="jp-AzurePanel-aside">{trans.__('Access revoked')}</div>}
    </>
  );
}
