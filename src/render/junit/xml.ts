/** An element; strings are text and are escaped when they are written. */
export interface XmlElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

export function element(
  tag: string,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly (XmlElement | string)[]
): XmlElement {
  return { tag, attributes, children: children.filter((child) => child !== '') };
}

/** A whole document, indented; `withhold` sees each text before it is escaped. */
export function xmlDocument(root: XmlElement, withhold: (text: string) => string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${write(root, '', (text) => escapeXml(withhold(text)))}`;
}

function write({ tag, attributes, children }: XmlElement, indent: string, escapeText: (text: string) => string): string {
  const open = `${indent}<${tag}${Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeText(value).replace(/[\n\t]/g, (sign) => `&#${sign.charCodeAt(0)};`)}"`)
    .join('')}`;
  if (children.length === 0) return `${open}/>\n`;
  const [first] = children;
  if (children.length === 1 && typeof first === 'string') return `${open}>${escapeText(first)}</${tag}>\n`;
  const inner = children.map((child) =>
    typeof child === 'string' ? `${indent}  ${escapeText(child)}\n` : write(child, `${indent}  `, escapeText),
  );
  return `${open}>\n${inner.join('')}${indent}</${tag}>\n`;
}

/** Escapes text for XML 1.0; signs that XML cannot hold, and those that change the direction of reading, are shown as escapes. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g,
      (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
