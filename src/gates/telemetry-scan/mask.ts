import { type Scanner, scanBytes } from './engine/scanner.ts';

/** A text that may be shown: whatever a rule matches in it is replaced by the rule's name. For file names, keys and names of services. */
export function maskText(scanner: Scanner, text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  const hits = scanBytes(scanner, bytes, 0, bytes.length);
  let shown = '';
  let position = 0;
  for (const hit of hits) {
    if (hit.rule === 'test-value' || hit.rule === 'ip-private' || hit.end <= position) continue;
    shown += `${bytes.toString('utf8', position, Math.max(position, hit.start))}[${hit.rule}]`;
    position = hit.end;
  }
  return shown + bytes.toString('utf8', position);
}

/** The segments of a path or pointer, each masked. */
export function maskPath(scanner: Scanner, path: string): string {
  return path
    .split('/')
    .map((segment) => maskText(scanner, segment))
    .join('/');
}
