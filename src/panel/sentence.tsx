import React from 'react';

interface IProps {
  /** Translated, with its placeholders still in it: `trans.__('%1 waits.', '%1')`. */
  readonly text: string;
  /** What replaces `%1`, `%2` …, in bold. Always plain text, never markup. */
  readonly parts: readonly string[];
}

/** A translated sentence with highlighted names, in the word order of its language. */
export function Sentence({ text, parts }: IProps): JSX.Element {
  return (
    <>
      {text.split(/%(\d)/).map((piece, index) =>
        // `split` with a group alternates: text, number of a placeholder, text …
        index % 2 === 0 ? piece : <strong key={index}>{parts[Number(piece) - 1]}</strong>
      )}
    </>
  );
}
