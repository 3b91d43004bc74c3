import { fileURLToPath } from 'node:url';

/** The folder of this example, with a trailing slash. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The port that testops.yml names. */
const DEFAULT_URL = 'http://127.0.0.1:47831';

/**
 * Where the API listens: TESTOPS_PREVIEW_URL when it is set, otherwise the url of testops.yml. Always loopback.
 * An unusable value ends the process with status 3.
 * @returns {URL}
 */
export function previewUrlOrExit() {
  const text = process.env.TESTOPS_PREVIEW_URL || DEFAULT_URL;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(url.hostname) && url.port !== '') return url;
  console.error(`toron: TESTOPS_PREVIEW_URL is ${JSON.stringify(text)}; expected http://127.0.0.1:<port>.`);
  process.exit(3);
}
