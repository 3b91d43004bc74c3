import { previewUrlOrExit } from './place.mjs';

/**
 * A client of the API of this example, for load.mjs and collect.mjs.
 * @returns {{ baseUrl: string, call: (method: string, path: string, body?: unknown) => Promise<any>, waitFor: <T>(what: string, look: () => Promise<T | null>, timeoutMs: number) => Promise<T> }}
 */
export function createClient() {
  const baseUrl = previewUrlOrExit().origin;
  const token = process.env.TESTOPS_TOKEN;

  const call = async (method, path, body) => {
    const headers = {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers,
      signal: AbortSignal.timeout(15_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${answer.detail}`);
    return answer;
  };

  /** Looks every 25 ms until there is something to see. A refused connection is nothing to see yet. */
  const waitFor = async (what, look, timeoutMs) => {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const seen = await look().catch((error) => (performance.now() > deadline ? Promise.reject(error) : null));
      if (seen !== null) return seen;
      if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what} at ${baseUrl}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };
  return { baseUrl, call, waitFor };
}

/** Runs a script's main function; what goes wrong is one line and status 1. @param {() => Promise<void>} main */
export async function runScript(main) {
  try {
    await main();
  } catch (error) {
    const cause = error.cause?.code ?? error.cause?.message;
    console.error(`toron: ${error.message}${cause === undefined ? '' : ` (${cause})`}`);
    process.exitCode = 1;
  }
}
