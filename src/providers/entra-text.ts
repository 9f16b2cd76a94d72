/** Characters of the sentence. */
const LENGTH_LIMIT = 200;

const TEXT = /AADSTS\d{4,8}: ([^\r\n]{10,2000})/;
const END = /\.(?=\s|$)| (?:- )?(?:Trace|Correlation) ID| (?:- )?Timestamp/;
/** Values are in quotes. Names of parameters stay. */
const VALUE = /(['"])(?![a-z_]{1,40}\1)[^'"]*\1/g;
/** User names, ids, addresses, and whatever is long enough to be a code or a token. */
const REVEALING = /\S+@\S+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|\w+:\/\/\S+|\w+=\S+|\S{41,}/g;
/** Control characters, and those that change the direction of a text. */
const INVISIBLE = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069]+/gu;

/**
 * Return the first sentence of Entra's text, without names, ids and addresses: for an AADSTS number
 * that is not in the catalog. The twin of `server/entra_text.py`.
 *
 * @returns One line of plain text, at most 201 characters; null if there is none.
 */
export function firstSentence(text: string): string | null {
  const [, found] = TEXT.exec(text) ?? [];
  const [begin = ''] = (found ?? '').split(END);
  const sentence = begin.replace(INVISIBLE, '').replace(VALUE, '…').replace(REVEALING, '…').trim();
  if (sentence.length > LENGTH_LIMIT) {
    return `${sentence.slice(0, LENGTH_LIMIT).trimEnd()}…`;
  }
  return sentence === '' ? null : `${sentence}.`;
}
