import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { exhibit } from '../../../src/core/index.ts';
import { createFolder, scan } from './scan-case.ts';

/** One OTLP log line of a service with an attribute. */
const line = (service: string, key: string, value: string): string =>
  JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
        scopeLogs: [{ logRecords: [{ timeUnixNano: '1', attributes: [{ key, value: { stringValue: value } }] }] }],
      },
    ],
  });

describe('what telemetry-scan draws', () => {
  it('counts values by rule and by service, by severity, and shows none of them', async () => {
    await using folder = await createFolder();
    await mkdir(join(folder.path, 'telemetry'));
    const values = { card: '4539578763621486', email: 'carol.jones@bluebird-mail.com', other: 'dave.mills@bluebird-mail.com' };
    await writeFile(
      join(folder.path, 'telemetry/a.jsonl'),
      [
        line('shop', 'payment.card', values.card),
        line('shop', 'payment.card', values.card),
        line('shop', 'user.email', values.email),
        line('web', 'user.email', values.other),
        '',
      ].join('\n'),
    );
    const { judgement } = await scan(folder.path, { paths: ['telemetry/**'] });
    for (const one of judgement.exhibits) expect(exhibit.parse(one)).toEqual(one);
    const [rules, services] = judgement.exhibits;
    expect(rules).toMatchObject({
      kind: 'bars',
      parts: [{ name: 'high' }, { name: 'medium' }],
      rows: [
        { name: 'card', values: [2, 0] },
        { name: 'email', values: [0, 2] },
      ],
    });
    expect(services).toMatchObject({
      kind: 'bars',
      rows: [
        { name: 'shop', values: [2, 1] },
        { name: 'web', values: [0, 1] },
      ],
    });
    const text = JSON.stringify(judgement.exhibits);
    for (const value of Object.values(values)) expect(text).not.toContain(value);
  });
});
