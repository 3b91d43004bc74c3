import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { findData } from './find-data.ts';
import { createFolder, SALT, scan } from './scan-case.ts';

const schema = findData('sarif/oasis-tcs+sarif-spec/sarif-2.1/schema/sarif-schema-2.1.0.json');

describe('SARIF', () => {
  (schema === undefined ? it.skip : it)('is valid by the schema of OASIS, and names each rule once', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'with space & ünicode.log'), 'ssn=457-55-5462\nmail=jane@posteo.de\nssn=457-55-5463\n');
    await writeFile(join(folder.path, 'junk.log'), Buffer.from([0, 255, 1]));
    await scan(folder.path, { paths: ['*.log', 'none/*'], sarif: 'out.sarif' }, { TESTOPS_SALT: SALT });
    const document = JSON.parse(await readFile(join(folder.path, 'out.sarif'), 'utf8'));
    const { $schema: _, id: __, ...rules } = JSON.parse(readFileSync(schema as string, 'utf8'));
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(rules);
    expect({ valid: validate(document), errors: validate.errors }).toEqual({ valid: true, errors: null });
    const [run] = document.runs;
    const ids = run.tool.driver.rules.map((rule: { id: string }) => rule.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const result of run.results) expect(ids[result.ruleIndex]).toBe(result.ruleId);
    const uris = run.results.map(
      (result: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }) =>
        result.locations[0]?.physicalLocation.artifactLocation.uri,
    );
    expect(uris).toContain('with%20space%20%26%20%C3%BCnicode.log');
    expect(run.invocations[0].executionSuccessful).toBe(false);
    expect(run.results.filter((result: { partialFingerprints?: unknown }) => result.partialFingerprints !== undefined).length).toBe(3);
  });
});
