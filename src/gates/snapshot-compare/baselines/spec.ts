import { UserError } from '../../../core/errors.ts';
import type { BaselineSource } from '../../../core/ports/baselines.ts';

/** What the input `baseline` says. */
export type BaselineSpec =
  | { readonly kind: 'folder'; readonly folder: string }
  /** `tag: undefined` is the previous one. With a folder it is read from git, else from the store. */
  | { readonly kind: 'tag'; readonly tag: string | undefined; readonly folder?: string }
  | { readonly kind: 'elsewhere'; readonly source: BaselineSource };

const PREVIOUS = 'previous';

/** Reads the input `baseline`; anything without a known word and a colon is a folder. @throws UserError */
export function readBaselineSpec(text: string): BaselineSpec {
  const match = /^(tag|run|release|artifact|cache):(.*)$/s.exec(text);
  if (!match) return { kind: 'folder', folder: text };
  const [, kind, rest = ''] = match;
  if (rest === '')
    throw new UserError({
      where: 'snapshot-compare: baseline',
      found: JSON.stringify(text),
      expected: `something behind ${kind}:`,
      todo: kind === 'tag' ? 'name a tag, or write tag:previous' : `name the ${kind}`,
    });
  switch (kind) {
    case 'tag': {
      const colon = rest.indexOf(':');
      const [tag, folder] = colon < 0 ? [rest, undefined] : [rest.slice(0, colon), rest.slice(colon + 1)];
      return { kind: 'tag', tag: tag === PREVIOUS ? undefined : tag, ...(folder === undefined || folder === '' ? {} : { folder }) };
    }
    case 'run':
      return { kind: 'elsewhere', source: { kind, runId: rest } };
    case 'release':
      return { kind: 'elsewhere', source: { kind, tag: rest } };
    case 'artifact':
      return { kind: 'elsewhere', source: { kind, name: rest } };
    default:
      return { kind: 'elsewhere', source: { kind: 'cache', key: rest } };
  }
}
