/** Makes many small files, finds them, copies them and removes them; prints how long each took and how much memory it needed. */
import { mkdir, writeFile } from 'node:fs/promises';
import { createHost } from '../../../src/host/index.ts';

const count = Number(process.argv[2]);
const host = createHost({ workspace: process.cwd(), environment: process.env, quiet: true });
const { files } = host;
for (let folder = 0; folder < count / 100; folder += 1) {
  const path = `${process.cwd()}/tree/${folder % 10}/${folder}`;
  await mkdir(path, { recursive: true });
  await Promise.all(Array.from({ length: 100 }, (_, index) => writeFile(`${path}/${index}.json`, `${folder} ${index}`)));
}
const times: Record<string, number> = {};
const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
  const started = performance.now();
  const result = await work();
  times[name] = Math.round(performance.now() - started);
  return result;
};
const startRss = process.memoryUsage().rss;
const found = await timed('glob', () => files.glob(['tree/**/*.json']));
const none = await timed('globShallow', () => files.glob(['tree/*.json']));
await timed('copy', () => files.copyTree('tree', 'copy'));
const copied = await files.glob(['copy']);
await timed('remove', () => files.remove('copy'));
process.stdout.write(
  JSON.stringify({
    found: found.length,
    none: none.length,
    copied: copied.length,
    sorted: found.every((path, index) => index === 0 || (found[index - 1] as string) < path),
    times,
    moreMiB: Math.round((process.resourceUsage().maxRSS * 1024 - startRss) / 2 ** 20),
  }),
);
