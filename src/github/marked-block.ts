const ours = (name: string) => ({ start: `<!-- testops:${name} -->`, end: `<!-- /testops:${name} -->` });

/**
 * Puts our block into a text that belongs to people: where it was, else at the end. Nothing outside of the block changes, but for further blocks of the same
 * name, which are taken out. A start without its end is people's text.
 */
export function putBlock(text: string, name: string, content: string): string {
  const { start, end } = ours(name);
  const block = `${start}\n${neutralize(content, name)}\n${end}`;
  let placed = false;
  const replaced = text.replace(patternOf(name), () => {
    if (placed) return '';
    placed = true;
    return block;
  });
  if (placed) return replaced;
  return text.trim() === '' ? block : `${text.replace(/\s+$/, '')}\n\n${block}`;
}

/** What stands in our block; undefined without one. */
export function readBlock(text: string, name: string): string | undefined {
  const { start, end } = ours(name);
  return patternOf(name)
    .exec(text)?.[0]
    .slice(start.length + 1, -end.length - 1);
}

function patternOf(name: string): RegExp {
  const [start, end] = Object.values(ours(name)).map((mark) => mark.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  // GitHub turns line ends into CRLF when people edit on its pages.
  return new RegExp(`${start}\\r?\\n(?:(?!${start})[\\s\\S])*?\\r?\\n${end}`, 'g');
}

/** Content cannot end its own block. */
function neutralize(content: string, name: string): string {
  const { start, end } = ours(name);
  return content.replaceAll(start, '').replaceAll(end, '');
}
