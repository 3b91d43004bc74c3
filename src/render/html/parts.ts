import { type Attributes, type Content, code, type Element, h } from './markup.ts';

export interface Column {
  readonly name: string;
  readonly numeric?: boolean | undefined;
  /** Its name stands upright, so that the column can be narrow. */
  readonly upright?: boolean | undefined;
}

/** A table with a caption, in a region of its own that scrolls when it is too wide, also by keyboard. The first cell of a row names the row. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Content[])[], kind = ''): Element {
  return h(
    'div',
    { class: 'scroll', role: 'region', 'aria-label': caption, tabindex: 0 },
    h(
      'table',
      { class: kind === '' ? undefined : kind },
      h('caption', {}, caption),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          columns.map((column) =>
            h('th', { scope: 'col', ...numeric(column) }, column.upright ? h('span', { class: 'upright' }, column.name) : column.name),
          ),
        ),
      ),
      h(
        'tbody',
        {},
        rows.map((cells) =>
          h(
            'tr',
            {},
            cells.map((cell, index) =>
              index === 0 ? h('th', { scope: 'row', ...numeric(columns[0]) }, cell) : h('td', numeric(columns[index]), cell),
            ),
          ),
        ),
      ),
    ),
  );
}

function numeric(column: Column | undefined): Attributes {
  return column?.numeric ? { class: 'n' } : {};
}

/** Numbers behind a picture, for who asks for them; paper shows the picture only. */
export function bulk(summary: Content, ...content: readonly Content[]): Element {
  return h('details', { class: 'bulk' }, h('summary', {}, summary), h('div', { class: 'inside' }, ...content));
}

/** Something that opens; works without script. */
export function disclosure(summary: Content, ...content: readonly Content[]): Element {
  return h('details', {}, h('summary', {}, summary), h('div', { class: 'inside' }, ...content));
}

/** Terms with their descriptions. */
export function facts(entries: readonly (readonly [string, Content])[]): Element {
  return h(
    'dl',
    { class: 'facts' },
    entries.map(([term, description]) => h('div', {}, h('dt', {}, term), h('dd', {}, description))),
  );
}

/** A digest that is short for the eye and whole for whoever copies it. */
export function digest(hex: string): Element {
  return h('code', { class: 'digest', title: hex }, hex);
}

/** A sentence of ours, in which code stands between backticks as in Markdown; all of it stays text. */
export function prose(sentence: string): Content {
  return sentence.split(/`([^`\n]+)`/).map((part, index) => (index % 2 === 0 ? part : code(part)));
}

/** A count with its noun; `plural` where an s is not enough. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? noun : plural}`;
}

/** Texts in code, with commas between. */
export function listCodes(texts: readonly string[]): Content {
  return texts.map((text, index) => [index === 0 ? '' : ', ', code(text)]);
}

/** What a long list leaves out. */
export function leftOut(number: number, where: string): Content {
  return number > 0 ? h('p', { class: 'quiet' }, `and ${number.toLocaleString('en-US')} more, ${where}`) : undefined;
}

/** `2026-11-22 14:45 UTC`. */
export function instant(iso: string): Element {
  return h('time', { datetime: iso }, `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`);
}
