import { createHash } from 'node:crypto';
import { type Content, h, serialize } from './markup.ts';
import { STYLE } from './style.ts';

/** Nothing but this style sheet and pictures inside the page: no script, no request, no frame, no form. */
function contentPolicy(): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
}

export interface Page {
  readonly title: string;
  /** Colour of the icon in the tab. */
  readonly colour: string;
  readonly header: Content;
  readonly navigation: Content;
  readonly main: Content;
  readonly footer: Content;
}

/** One self-contained document. */
export function drawPage(page: Page, withhold: (text: string) => string): string {
  const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="8" fill="${page.colour}"/></svg>`;
  const document = h(
    'html',
    { lang: 'en' },
    h(
      'head',
      {},
      h('meta', { charset: 'utf-8' }),
      h('meta', { 'http-equiv': 'Content-Security-Policy', content: contentPolicy() }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('meta', { name: 'referrer', content: 'no-referrer' }),
      h('meta', { name: 'color-scheme', content: 'light dark' }),
      h('title', {}, page.title),
      h('link', { rel: 'icon', href: `data:image/svg+xml,${encodeURIComponent(icon)}` }),
      h('style', {}, STYLE),
    ),
    h(
      'body',
      {},
      h('a', { class: 'skip', href: '#main' }, 'Skip to the verdict'),
      h(
        'div',
        { class: 'page' },
        h('header', {}, page.header),
        h(
          'div',
          { class: 'body' },
          h('nav', { 'aria-label': 'Contents' }, page.navigation),
          h('main', { id: 'main', tabindex: -1 }, page.main),
        ),
        h('footer', {}, page.footer),
      ),
    ),
  );
  return `<!doctype html>\n${serialize(document, withhold)}\n`;
}
