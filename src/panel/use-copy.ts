import { useState } from 'react';

interface ICopy {
  readonly copied: boolean;
  readonly copy: (text: string) => void;
}

/**
 * Return a copy function, and whether the last copy succeeded: insecure pages have no clipboard.
 */
export function useCopy(): ICopy {
  const [copied, setCopied] = useState(false);
  return {
    copied,
    copy: text => {
      navigator.clipboard?.writeText(text).then(
        () => setCopied(true),
        () => setCopied(false)
      );
    }
  };
}
