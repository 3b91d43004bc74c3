import type { Files } from '../../core/ports/files.ts';
import type { Tree } from '../../core/ports/trees.ts';
import type { Item } from './compare-lists.ts';
import type { Content } from './formats/format.ts';

/** Files of a folder as items of a list. */
export function treeItems(files: Files, folder: string, tree: Tree): Map<string, Item> {
  return new Map(
    tree.entries.map((entry): [string, Item] => {
      const { path } = entry;
      if (entry.kind === 'link') return [path, { kind: 'other', what: `a link to ${JSON.stringify(entry.target)}` }];
      if (entry.kind === 'other') return [path, { kind: 'other', what: `a ${entry.what}` }];
      const full = `${folder}/${path}`;
      return [path, { kind: 'file', content: fileContent(files, full, entry) }];
    }),
  );
}

function fileContent(files: Files, path: string, entry: { readonly size: number }): Content {
  return {
    get size() {
      return entry.size;
    },
    read: () => files.read(path),
    stream: (range) => files.stream(path, range),
  };
}
