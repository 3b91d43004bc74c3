import { type Document, isAlias, isCollection, isNode, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { Place } from '../../../core/index.ts';
import { UserError } from '../../../core/index.ts';

/** One entry of a YAML or JSON file: a document, or an element of a document that is a list. */
export interface YamlEntry {
  readonly value: unknown;
  /** Place of a field inside the entry; of the nearest thing around it when the field is not there. */
  place(path: readonly PropertyKey[]): Place;
}

/**
 * Reads every document of a file; a document that is a list gives its elements.
 * @throws UserError with the line of the first syntax error, or when there is nothing in the file.
 */
export function readYamlEntries(text: string, file: string): readonly YamlEntry[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const entries: YamlEntry[] = [];
  for (const document of Array.isArray(documents) ? documents : []) {
    const [error] = document.errors;
    if (error) {
      const { line, col } = lines.linePos(error.pos[0]);
      throw new UserError({
        where: `${file}:${line}:${col}`,
        found: error.message.slice(0, 200),
        expected: 'YAML or JSON',
        todo: 'correct the syntax at this line',
      });
    }
    const value: unknown = document.toJS({ maxAliasCount: 1000 });
    if (value === null || value === undefined) continue;
    if (Array.isArray(value)) entries.push(...value.map((element, index) => entryOf(element, document, [index], lines, file)));
    else entries.push(entryOf(value, document, [], lines, file));
  }
  if (entries.length === 0) {
    throw new UserError({
      where: file,
      found: text.trim() === '' ? 'an empty file' : 'a file without a document',
      expected: 'objectives: OpenSLO v1, or a list under `objectives`',
      todo: 'write the objectives, or take the file out of `objectives`',
    });
  }
  return entries;
}

function entryOf(value: unknown, document: Document, base: readonly number[], lines: LineCounter, file: string): YamlEntry {
  return {
    value,
    place(path) {
      let node: Node | null = document.contents as Node | null;
      let range = node?.range;
      for (const key of [...base, ...path]) {
        if (isAlias(node)) node = (node.resolve(document) as Node | undefined) ?? null;
        const next: unknown = isCollection(node) ? node.get(key as string, true) : undefined;
        if (!isNode(next)) break;
        node = next;
        range = node.range ?? range;
      }
      if (!range) return { file };
      const { line, col } = lines.linePos(range[0]);
      return { file, line, column: col };
    },
  };
}
