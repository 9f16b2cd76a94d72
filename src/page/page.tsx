import React, { useEffect, useState } from 'react';
import { type ISidebarOptions, PanelBody } from '../panel/body';

/** The panel, as a page. */
export function Page(options: ISidebarOptions): JSX.Element {
  const { trans } = options;
  return (
    <main className="jp-AzurePage">
      <h1>{trans.__('Azure sign-in')}</h1>
      <p>
        {trans.__('For notebooks, terminals and programs on the Jupyter server at %1.', host())}
      </p>
      <div
        className="jp-AzurePanel"
        id="azure-auth-panel"
        role="region"
        aria-label={trans.__('Azure')}
      >
        <PanelBody {...options} visible={useIsVisible()} onReady={() => undefined} />
      </div>
    </main>
  );
}

const host = (): string => window.location.host;

/** Whether the user can see this page: lists are read again when the user returns to it. */
function useIsVisible(): boolean {
  const [isVisible, setIsVisible] = useState(!document.hidden);
  useEffect(() => {
    const onChange = (): void => setIsVisible(!document.hidden);
    document.addEventListener('visibilitychange', onChange);
    return () => document.removeEventListener('visibilitychange', onChange);
  }, []);
  return isVisible;
}
