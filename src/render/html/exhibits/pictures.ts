import type { Exhibit } from '../../../core/index.ts';
import { type Content, h } from '../markup.ts';

const MOST_PICTURES = 12;
/** Base64 of the signature of PNG; what does not begin so is no picture that we draw. */
const PNG_SIGNATURE = 'iVBORw0KGgo';

/** Pictures next to each other. */
export function drawPictures({ title, pictures }: Extract<Exhibit, { kind: 'pictures' }>): Content {
  const drawn = pictures.filter(({ pngBase64 }) => pngBase64.startsWith(PNG_SIGNATURE)).slice(0, MOST_PICTURES);
  if (drawn.length === 0) return undefined;
  return h(
    'div',
    { class: 'pictures', role: 'group', 'aria-label': title },
    h('p', { class: 'caption' }, title),
    drawn.map(({ label, pngBase64 }) =>
      h('figure', {}, h('img', { src: `data:image/png;base64,${pngBase64}`, alt: `${title}: ${label}` }), h('figcaption', {}, label)),
    ),
  );
}
