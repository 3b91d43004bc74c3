import type { Place } from '../core/index.ts';

/** `file!member:line:column /json/pointer`, as much of it as is known; untrusted, to be escaped for where it goes. */
export function placeText(place: Place | undefined): string {
  if (!place) return '';
  const file = [place.file, ...(place.member ?? [])].filter((part) => part !== undefined).join('!');
  const position = place.line === undefined ? '' : `:${place.line}${place.column === undefined ? '' : `:${place.column}`}`;
  const pointer = place.pointer === undefined || place.pointer === '' ? '' : ` ${place.pointer}`;
  return `${file}${position}${pointer}`.trim();
}
