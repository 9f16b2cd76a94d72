import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Wire } from './wire';

/** A value that must not be found anywhere. */
export interface ISecret {
  /** Its kind, which a report may contain, unlike its value. */
  readonly kind: string;
  readonly value: string;
}

/** A place to search. */
export interface IPlace {
  readonly name: string;
  readonly text: string;
}

/** Shorter pieces occur in other texts by chance. */
const SHORTEST = 20;

/** Every secret that the local authority has issued or seen, whole and in parts. */
export async function secretsOf(controlUrl: string): Promise<ISecret[]> {
  const answer = await fetch(`${controlUrl}/secrets`);
  const books = (await answer.json()) as Record<string, string[]>;
  return Object.entries(books).flatMap(([kind, values]) =>
    values.flatMap(value => piecesOf(value).map(piece => ({ kind, value: piece })))
  );
}

/** The state of each sign-in, as it went to the authority; with it, the code is worth something. */
export function statesOf({ requests }: Wire): ISecret[] {
  return requests
    .map(request => new URL(request.url()).searchParams)
    .filter(query => query.has('code_challenge'))
    .map(query => query.get('state') ?? '')
    .flatMap(state => [state, encodeURIComponent(state)])
    .map(value => ({ kind: 'states', value }));
}

/** The kinds of secrets in a place; should be empty. */
export function kindsFoundIn({ text }: IPlace, secrets: readonly ISecret[]): string[] {
  return [...new Set(secrets.filter(({ value }) => text.includes(value)).map(({ kind }) => kind))];
}

/** Every file below a folder, one place each. Latin 1 keeps bytes that are not text, one by one. */
export async function filesBelow(folder: string): Promise<IPlace[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile());
  return Promise.all(
    files.map(async file => {
      const path = join(file.parentPath, file.name);
      // Journals of databases come and go; a deleted one contains nothing.
      const text = await readFile(path, 'latin1').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') {
          return '';
        }
        throw error;
      });
      return { name: `file ${relative(folder, path)}`, text };
    })
  );
}

/** The first part of a JSON web token is equal for all tokens of a key, and reveals nothing. */
export function piecesOf(value: string): string[] {
  const [first = '', ...others] = value.split('.');
  const parts = first.startsWith('eyJ') ? others : [first, ...others];
  return [value, ...parts.filter(part => part.length >= SHORTEST)];
}
