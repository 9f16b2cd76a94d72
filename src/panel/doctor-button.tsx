import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';
import { TextButton } from './button';
import { DoctorReport } from './doctor-report';

interface IProps {
  readonly settings: ServerConnection.ISettings;
  readonly trans: TranslationBundle;
}

/** A button that checks the installation, and what it has found. */
export function DoctorButton({ settings, trans }: IProps): JSX.Element {
  const [run, setRun] = useState<{ readonly count: number; readonly popups: boolean } | null>(null);
  return (
    <>
      <div className="jp-AzurePanel-links">
        <TextButton
          label={trans.__('Check the installation')}
          // Inside the click, like a sign-in, because that is what the browser permits or blocks.
          onPress={() => setRun({ count: (run?.count ?? 0) + 1, popups: canOpenWindows() })}
        />
      </div>
      {run !== null && (
        <DoctorReport key={run.count} {...{ settings, trans, popups: run.popups }} />
      )}
    </>
  );
}

/** Whether the browser lets this page open windows. The window is closed at once. */
function canOpenWindows(): boolean {
  const opened = window.open('', '_blank', 'popup,width=100,height=100');
  opened?.close();
  return opened !== null;
}
