import React from 'react';

/** Shows a problem in one sentence. `text` is plain text from `auth/messages.ts`. */
export function Problem({ text }: { readonly text: string }): JSX.Element {
  return (
    <div className="jp-AzurePanel-notice jp-mod-problem">
      <svg className="jp-AzurePanel-icon" viewBox="0 0 16 16" aria-hidden="true">
        <path d="M8 1.6 15.2 14.4H.8Z" fill="none" stroke="currentColor" strokeLinejoin="round" />
        <path d="M8 6v4.2M8 11.6v1.2" stroke="currentColor" strokeWidth="1.2" />
      </svg>
      <p>{text}</p>
    </div>
  );
}
