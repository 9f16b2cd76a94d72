import { marked } from 'marked';

const STYLE = `body { max-width: 46em; margin: 2em auto; padding: 0 1em; font: 16px/1.5 system-ui, sans-serif; }
  table { border-collapse: collapse; } td, th { padding: 4px 8px; border: 1px solid; text-align: start; }
  :target { background: Mark; color: MarkText; } :root { color-scheme: light dark; }`;

/**
 * @param {string} text - Of the document.
 * @returns {string} The page. The panel's codes take precedence over the same codes of cells.
 */
export function helpPage(text) {
  const [cells = '', panel = ''] = text.split(/^(?=## Problems in the panel$)/m);
  const ofPanel = codesOf(panel);
  const anchored = withAnchors(cells, code => !ofPanel.has(code)) + withAnchors(panel, () => true);
  // Other documents are not part of the installation.
  const alone = anchored.replace(/\[([^\]]+)\]\((?!https:)[^)]*\)/g, '$1');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
    <meta name="viewport" content="width=device-width" />
    <title>Azure sign-in: troubleshooting</title>
    <style>${STYLE}</style>
  </head>
  <body>${marked.parse(alone, { async: false })}</body>
</html>
`;
}

/** @param {string} text */
function codesOf(text) {
  return new Set([...text.matchAll(/^#### `(\w+)`$/gm)].map(([, code]) => code));
}

/**
 * @param {string} text
 * @param {(code: string) => boolean} isAnchor
 */
function withAnchors(text, isAnchor) {
  return text
    .replace(/^#### `(\w+)`$/gm, (heading, code) =>
      isAnchor(code) ? `<h4 id="${code}"><code>${code}</code></h4>` : heading
    )
    .replace(/^- `(AADSTS\d+)`/gm, '- <code id="$1">$1</code>');
}
