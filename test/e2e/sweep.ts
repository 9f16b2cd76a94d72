import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Wire } from './wire';

/** Something that nobody may find. */
export interface ISecret {
  /** What it is; unlike its value, fit for a report. */
  readonly kind: string;
  readonly value: string;
}

/** Somewhere to look. */
export interface IPlace {
  readonly name: string;
  readonly text: string;
}

/** Shorter pieces are in other texts by chance. */
const SHORTEST = 20;

/** Everything secret that the local authority has issued or seen, whole and in parts. */
export async function secretsOf(controlUrl: string): Promise<ISecret[]> {
  const answer = await fetch(`${controlUrl}/secrets`);
  const books = (await answer.json()) as Record<string, string[]>;
  return Object.entries(books).flatMap(([kind, values]) =>
    values.flatMap(value => piecesOf(value).map(piece => ({ kind, value: piece })))
  );
}

/** The state of each sign-in, as it went to the authority; the code is worth something with it. */
export function statesOf({ requests }: Wire): ISecret[] {
  return requests
    .map(request => new URL(request.url()).searchParams)
    .filter(query => query.has('code_challenge'))
    .map(query => query.get('state') ?? '')
    .flatMap(state => [state, encodeURIComponent(state)])
    .map(value => ({ kind: 'states', value }));
}

/** The kinds of secrets in a place; empty is what it should be. */
export function kindsFoundIn({ text }: IPlace, secrets: readonly ISecret[]): string[] {
  return [...new Set(secrets.filter(({ value }) => text.includes(value)).map(({ kind }) => kind))];
}

/** Every file below a folder, a place each. Latin 1 keeps bytes that are no text, one by one. */
export async function filesBelow(folder: string): Promise<IPlace[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile());
  return Promise.all(
    files.map(async file => {
      const path = join(file.parentPath, file.name);
      // Journals of databases come and go; what has gone holds nothing.
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

/** The first part of a JSON web token is the same for all of one key, and says nothing. */
export function piecesOf(value: string): string[] {
  const [first = '', ...others] = value.split('.');
  const parts = first.startsWith('eyJ') ? others : [first, ...others];
  return [value, ...parts.filter(part => part.length >= SHORTEST)];
}
