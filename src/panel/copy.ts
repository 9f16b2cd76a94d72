import { useState } from 'react';

interface ICopy {
  readonly copied: boolean;
  readonly copy: (text: string) => void;
}

/** A clipboard, and whether it has taken what it was given: pages that are not secure have none. */
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
