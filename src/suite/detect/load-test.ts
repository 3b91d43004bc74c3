import type { Files } from '../../core/index.ts';
import { type LoadTest, NOT_OURS } from './detected.ts';

const MOST_SCRIPTS = 500;
const HEAD_BYTES = 64 * 1024;

/** A load test that lies in the repository, and the command that runs it and leaves results where slo-gate looks. */
export async function detectLoadTest(files: Files): Promise<LoadTest | undefined> {
  const scripts = await files.glob(['**/*.js', '**/*.mjs', '**/*.ts'], { ignore: [...NOT_OURS, 'dist/**', 'build/**'] });
  for (const path of scripts.slice(0, MOST_SCRIPTS))
    if (/from ['"]k6(\/[a-z]+)?['"]/.test(await head(files, path)))
      return { tool: 'k6', command: `k6 run --summary-export load/k6.json ${path}` };
  for (const path of await files.glob(['**/*artillery*.{yml,yaml}'], { ignore: NOT_OURS }))
    return { tool: 'Artillery', command: `artillery run --output load/artillery.json ${path}` };
  for (const path of await files.glob(['**/locustfile.py'], { ignore: NOT_OURS }))
    return { tool: 'Locust', command: `locust --headless --only-summary --csv load/locust --run-time 1m -f ${path}` };
  for (const path of await files.glob(['**/*.jmx'], { ignore: NOT_OURS }))
    return { tool: 'JMeter', command: `jmeter -n -t ${path} -l load/jmeter.jtl` };
  return undefined;
}

async function head(files: Files, path: string): Promise<string> {
  let text = '';
  for await (const chunk of files.stream(path, { start: 0, end: HEAD_BYTES })) text += new TextDecoder().decode(chunk);
  return text;
}
