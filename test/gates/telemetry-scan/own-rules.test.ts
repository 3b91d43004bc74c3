import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createFolder, SALT, scan } from './scan-case.ts';

const YAML = `rules:
  - id: employee-number
    title: Employee number
    pattern: 'EMP-(\\d{6})'
    group: 1
    severity: medium
    keywords: [emp-]
    unless: ['^000']
`;
const TOML = `title = "ours"
[[rules]]
id = "acme-token"
description = "A token of ACME"
regex = '''(?i)\\bacme_([a-z0-9]{16})\\b'''
entropy = 3.0
keywords = ["acme_"]
[[rules.allowlists]]
regexes = ['''^test''']
[[rules]]
id = "keystore-file"
path = '''\\.jks$'''
`;

describe('own rules', () => {
  it('of YAML and of gitleaks find what they say, and nothing that they except', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'own.yml'), YAML);
    await writeFile(join(folder.path, 'gitleaks.toml'), TOML);
    const lines = [
      'who=EMP-123456',
      'who=EMP-000017',
      'key=acme_k7d9x2m4q8w1z5r3',
      'key=acme_testtesttest1234',
      'key=acme_aaaaaaaaaaaaaaaa',
    ];
    await writeFile(join(folder.path, 'a.log'), `${lines.join('\n')}\n`);
    const { judgement } = await scan(folder.path, { paths: ['*.log'], rules: ['own.yml', 'gitleaks.toml'] }, { TESTOPS_SALT: SALT });
    expect(judgement.findings.map(({ code, args, place }) => [code, 'rule' in args ? args.rule : '', place?.line])).toEqual([
      ['telemetry-scan/own-rule', 'own:acme-token', 3],
      ['telemetry-scan/own-rule', 'own:employee-number', 1],
      ['telemetry-scan/own-rules-left-out', '', undefined],
    ]);
    expect(judgement.findings[1]?.args).toMatchObject({ length: 6, severity: 'medium' });
    expect(JSON.stringify(judgement)).not.toContain('k7d9x2m4');
  });

  it.each([
    ['a reference', '(a+)\\\\1', /does not take/],
    ['look-ahead', '(?=a)b', /does not take/],
    ['look-behind', '(?<=a)b', /does not take/],
  ])('refuses %s, which may backtrack without bound', async (_, pattern, message) => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'own.yml'), `rules: [{ id: x, pattern: "${pattern}" }]\n`);
    await writeFile(join(folder.path, 'a.log'), 'a\n');
    await expect(scan(folder.path, { paths: ['*.log'], rules: ['own.yml'] })).rejects.toThrow(message);
  });

  it('takes nested repetition in time linear in the text', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'own.yml'), 'rules: [{ id: x, pattern: "^(a+)+$" }]\n');
    await writeFile(join(folder.path, 'a.log'), `${'a'.repeat(20_000)}!\n`);
    expect((await scan(folder.path, { paths: ['*.log'], rules: ['own.yml'] })).judgement.verdict).toBe('pass');
  });

  it.each([
    ['own.yml', 'rules: [{ id: x }]', /rules\.0\.pattern/],
    ['own.yml', 'rules: [', /own\.yml/],
    ['own.toml', '[[rules', /own\.toml/],
    ['own.yml', 'rules: [{ id: x, pattern: a, colour: red }]', /colour/],
    ['own.yml', 'rules: [{ id: x, pattern: a }, { id: x, pattern: b }]', /a second rule x/],
  ])('says what is wrong with %s: %s', async (name, text, message) => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, name), text);
    await writeFile(join(folder.path, 'a.log'), 'a\n');
    await expect(scan(folder.path, { paths: ['*.log'], rules: [name] })).rejects.toThrow(message);
  });
});
