import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../src/core/index.ts';
import { escapeMarkdown } from '../../src/render/markdown/escape.ts';
import { countLeaks, refuseLeaks, withholdInWords, withholdLeaks } from '../../src/suite/leaks.ts';

// Put together here, so that no such value stands in the repository. The token's shape is published by GitHub; the IBAN is made for this test.
const TOKEN = `ghp_${'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7'}${'cF0iLoRuX'}`;
const IBAN = ['DE68', '2105', '0170', '0012', '3456', '78'].join('');

describe('what leaves', () => {
  it.each([
    ['a token', TOKEN],
    ['a bank account', IBAN],
    ['an e-mail address', 'jane.roe@corp-mail.net'],
  ])('never carries %s', (_name, value) => {
    const text = `before ${value} after`;
    expect(countLeaks(text).reduce((sum, leak) => sum + leak.count, 0)).toBeGreaterThan(0);
    const kept = withholdLeaks(text);
    expect(kept).not.toContain(value);
    expect(kept).toMatch(/^before \[withheld: [a-z0-9-]+\] after$/);
  });

  it('withholds before Markdown escapes could hide a value', () => {
    const words = withholdInWords({ 'a/b': { title: '', message: ({ name }: { name: string }) => `metric ${name}`, fix: '' } as never });
    const rendered = escapeMarkdown(words['a/b']?.message({ name: TOKEN } as never) ?? '');
    expect(rendered).toContain('withheld');
    expect(rendered).not.toContain(TOKEN.slice(4, 20));
  });

  it('refuses a file that would leak, by rule and count, without the value', () => {
    let error: unknown;
    try {
      refuseLeaks('evidence.json', `{"name":"${TOKEN}"}`);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toContain('evidence.json');
    expect((error as UserError).message).not.toContain(TOKEN);
  });

  it('lets ordinary evidence pass', () => {
    const text = JSON.stringify({
      commit: 'a'.repeat(40),
      sha256: '0123456789abcdef'.repeat(4),
      at: '2026-11-22T15:00:00.000Z',
      value: 212.25,
      url: 'https://github.com/o/r/actions/runs/123456789',
    });
    expect(withholdLeaks(text)).toBe(text);
    expect(() => refuseLeaks('evidence.json', text)).not.toThrow();
  });
});
