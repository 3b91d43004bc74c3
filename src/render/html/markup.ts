/**
 * A page as data: every string in it is text, and becomes markup only in `serialize`, which escapes it. So nothing untrusted can be forgotten.
 * Tags and names of attributes come from this code, never from input.
 */
export interface Element {
  readonly tag: string;
  readonly attributes: Attributes;
  readonly children: readonly Content[];
}

export type Content = string | number | Element | undefined | readonly Content[];
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element. `false` and `undefined` attributes are left out, `true` ones have no value. */
export function h(tag: string, attributes: Attributes = {}, ...children: readonly Content[]): Element {
  return { tag, attributes, children };
}

const VOID = new Set(['meta', 'link', 'img', 'br', 'wbr', 'col', 'hr']);
/** Our own attributes that hold no sentence; they are not scanned. */
const MECHANICAL = new Set(['class', 'id', 'href', 'for', 'd', 'points', 'transform', 'src', 'viewBox', 'content']);

/** Bidirectional controls and other invisible controls could make text look like other text; they are shown as escapes. */
const INVISIBLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Escapes text for HTML, in content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .toWellFormed()
    .replace(INVISIBLE, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

/** Bytes of markup. `withhold` sees every text before it is escaped, and takes out what must not leave. */
export function serialize(content: Content, withhold: (text: string) => string = (text) => text): string {
  const parts: string[] = [];
  const write = (node: Content): void => {
    if (node === undefined) return;
    if (typeof node === 'string') parts.push(escapeHtml(withhold(node)));
    else if (typeof node === 'number') parts.push(String(node));
    else if (isElement(node)) writeElement(node);
    else for (const child of node) write(child);
  };
  const writeElement = ({ tag, attributes, children }: Element): void => {
    parts.push(`<${tag}`);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === undefined || value === false) continue;
      const text = value === true ? '' : MECHANICAL.has(name) ? String(value) : withhold(String(value));
      parts.push(value === true ? ` ${name}` : ` ${name}="${escapeHtml(text)}"`);
    }
    parts.push('>');
    if (VOID.has(tag)) return;
    // A style sheet is ours, and its text is no HTML text.
    if (tag === 'style') parts.push(...children.map(String));
    else write(children);
    parts.push(`</${tag}>`);
  };
  write(content);
  return parts.join('');
}

function isElement(node: Exclude<Content, string | number | undefined>): node is Element {
  return 'tag' in node;
}

/** A link to a web address; anything else (`javascript:` …) stays text. */
export function webLink(url: string, text: string): Content {
  return /^https?:\/\/[^\s]+$/i.test(url) ? h('a', { href: url, rel: 'noopener noreferrer' }, text) : text;
}

/** Long words may break anywhere in it; for paths, digests and pointers. */
export function code(text: string): Element {
  return h('code', {}, text);
}
