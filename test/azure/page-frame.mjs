/** What all pages of the local authority share: frame, style, and the way user text gets into HTML. */
import { randomUUID } from 'node:crypto';

const STYLE = `
  :root { color-scheme: light; font: 16px/1.45 system-ui, sans-serif; color: #1f2328; background: #e9eef4; }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: .6rem; }
  main { width: 100%; max-width: 27rem; padding: 1.4rem 1.6rem; background: #fff; border-radius: .6rem;
    box-shadow: 0 2px 6px #0002, 0 12px 32px #0002; }
  .where { margin: 0 0 .8rem; padding: .4rem .7rem; border-radius: .3rem; background: #fff4ce; color: #5c4400;
    font-size: .82rem; }
  h1 { margin: 0 0 .3rem; font-size: 1.45rem; font-weight: 600; }
  p { margin: 0 0 .8rem; }
  .tenant { color: #57606a; }
  label { display: block; margin-bottom: .9rem; font-size: .9rem; font-weight: 600; }
  input { display: block; width: 100%; margin-top: .25rem; padding: .5rem .6rem; font: inherit; font-weight: 400;
    border: 1px solid #8c959f; border-radius: .3rem; }
  button { font: inherit; padding: .45rem 1.1rem; border: 1px solid #8c959f; border-radius: .3rem;
    background: #f6f8fa; color: inherit; cursor: pointer; }
  button:hover { background: #eaeef2; }
  .primary { border-color: #0b5cad; background: #0f6cbd; color: #fff; }
  .primary:hover { background: #0b5cad; }
  :focus-visible { outline: 3px solid #0f6cbd80; outline-offset: 1px; }
  .actions { display: flex; gap: .6rem; justify-content: flex-end; margin-top: .9rem; }
  .error { padding: .5rem .7rem; border-left: 4px solid #c42b1c; background: #fdf3f4; font-size: .9rem; }
  .accounts { display: grid; gap: .5rem; margin: 0; padding: 0; list-style: none; }
  .accounts button { width: 100%; text-align: left; }
  .hint { margin-top: 1.1rem; padding-top: .8rem; border-top: 1px solid #d0d7de; font-size: .85rem; color: #57606a; }
  .hint p { margin-bottom: .5rem; }
  .hint li { display: flex; align-items: center; justify-content: space-between; gap: .5rem; }
  .hint button { flex: 1; padding: .25rem .6rem; }
  .hint code { width: 10.5rem; }
  code { font-size: .8rem; overflow-wrap: anywhere; }
`;

/** HTML that is safe to put into a page. */
export class Html {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
}

/**
 * Template tag: every value is escaped, unless it is `Html` itself.
 *
 * @param {TemplateStringsArray} strings
 * @param {...(string | Html | Html[])} values
 * @returns {Html}
 */
export function html(strings, ...values) {
  return new Html(String.raw({ raw: strings }, ...values.map(inPage)));
}

/**
 * @param {{title: string, body: Html, script?: string}} page
 * @returns {string}
 */
export function framed({ title, body, script = '' }) {
  const nonce = randomUUID();
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; base-uri 'none'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="content-security-policy" content="${policy}" />
        <title>${title} · Local Azure</title>
        <style nonce="${nonce}">
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <p class="where">Local Azure for tests and demos — not Microsoft</p>
          ${body}
        </main>
        <script nonce="${nonce}">
          ${new Html(script)};
        </script>
      </body>
    </html>`.text;
}

/** @param {string | Html | Html[]} value */
function inPage(value) {
  if (Array.isArray(value)) {
    return value.map(({ text }) => text).join('');
  }
  return value instanceof Html
    ? value.text
    : value.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`);
}
