import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { scanText } from '../../../src/gates/telemetry-scan/scan-text.ts';

describe('scanText', () => {
  it('says where in the text, in UTF-16 code units, also after characters beyond ASCII', () => {
    const text = 'Grüße 🎉 an jane.doe@posteo.de, bitte';
    const { findings } = scanText(text);
    expect(findings.map(({ ruleId, severity }) => [ruleId, severity])).toEqual([['email', 'medium']]);
    const [first] = findings;
    expect(text.slice(first?.start, (first?.start ?? 0) + (first?.length ?? 0))).toBe('jane.doe@posteo.de');
  });

  it('reports high and above and e-mail only', () => {
    const found = scanText('from 81.2.69.160, call +49 30 901820, ssn 457-55-5462, mail nobody@example.com').findings;
    expect(found.map((finding) => finding.ruleId)).toEqual(['us-ssn']);
  });

  it('gives a fingerprint under the salt', () => {
    const [found] = scanText('ssn 457-55-5462', { salt: 'pepper' }).findings;
    expect(found?.fingerprint).toBe(createHmac('sha256', 'pepper').update('457555462').digest('hex'));
  });

  it('finds nothing in what the suite itself writes', () => {
    const digest = 'c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2';
    const evidence = JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'octo/repo', digest: { gitCommit: '9fceb02d0ae598e95dc970b74767f19372d61af8' } }],
      predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
      factsDigest: digest,
      fingerprint: `hmac-sha256:0a1b2c3d:1:${digest}`,
      startedAt: '2026-11-22T10:00:00.000Z',
      url: 'https://github.com/octo/repo/actions/runs/19238475610/attempts/1',
    });
    expect(scanText(evidence).findings).toEqual([]);
  });

  it('is empty on empty text', () => {
    expect(scanText('').findings).toEqual([]);
  });
});
