/**
 * The public API of both languages as text, in `docs/dev/api-report.md`. A change of the API is a
 * change of that file, which a reviewer sees. `npm run generate` writes it, `npm run check` compares.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import ts from 'typescript';
import { mustRun } from '../../setup/command.mjs';
import { ROOT, program } from '../../setup/project.mjs';

const PAGE = 'docs/dev/api-report.md';

/** @returns {Promise<string[]>} A sentence if the report is outdated. */
export async function checkApiReport() {
  const current = await readFile(join(ROOT, PAGE), 'utf8').catch(() => '');
  return current === (await report())
    ? []
    : [`${PAGE} is outdated: the public API has changed. Run npm run generate, and review it.`];
}

async function report() {
  const text = `# API report

Written by \`npm run generate\`. A change here is a change for users: say so in the changelog.

## TypeScript

\`\`\`typescript
${await typescript()}\`\`\`

## Python

\`\`\`text
${await mustRun('The report of the Python API', program('python'), ['test/check/api_report.py'])}\`\`\`
`;
  const options = await prettier.resolveConfig(join(ROOT, PAGE));
  return prettier.format(text, { ...options, filepath: PAGE });
}

/** `src/index.ts` exports nothing but `tokens.ts` and the plugins. */
async function typescript() {
  const fileName = 'src/tokens.ts';
  const text = await readFile(join(ROOT, fileName), 'utf8');
  const compilerOptions = { removeComments: true, strict: true };
  return ts.transpileDeclaration(text, { fileName, compilerOptions }).outputText;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(join(ROOT, PAGE), await report());
  console.log(PAGE);
}
