import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { codeSpan, escapeMarkdown, escapeProse } from '../../../src/render/markdown/escape.ts';

/** What is left for a reader: backslashes taken away, entities put back, as any CommonMark renderer does. */
function rendered(markdown: string): string {
  return markdown
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}

describe('escapeMarkdown', () => {
  it.each([
    ['@octocat look', /@[a-z0-9]/i],
    ['see #12 and owner/repo#12', /#\d/],
    ['GH-12, gh-7', /\bgh-\d/i],
  ])('leaves GitHub nothing to notify or link in the rendered text of %j', (text, pattern) => {
    expect(text).toMatch(pattern);
    expect(rendered(escapeMarkdown(text))).not.toMatch(pattern);
    expect(rendered(escapeMarkdown(text)).replaceAll('\u200b', '')).toBe(text);
  });

  it.each([
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '![x](//evil)',
    '| a | b |',
    '`code`',
    '# title',
    '**bold** _i_ ~~s~~',
    '<!-- testops:beta-gates -->',
    '&lt;',
  ])('shows %j as it stands', (text) => {
    const escaped = escapeMarkdown(text);
    expect(escaped).not.toMatch(/[<>]|(?<!\\)[`*_[\]()|~!]/);
    expect(rendered(escaped).replaceAll('\u200b', '')).toBe(text);
  });

  it('keeps everything on one line, and control and direction characters visible', () => {
    const escaped = escapeMarkdown('a\nb\r\n::error::c\u202ed\u0000');
    expect(escaped).not.toMatch(/[\n\r\u202e\u0000]/);
    expect(escaped).toContain('u202e');
  });

  it('breaks addresses', () => {
    expect(escapeMarkdown('https://evil.example www.evil.example')).not.toMatch(/:\/\/|www\./);
  });
});

describe('codeSpan', () => {
  it.each(['plain', '`', 'a``b', ' edge ', 'x`', '@octocat #12'])('holds %j whole', (text) => {
    const [, fence = '', inner = ''] = /^(`+)(?!`)([\s\S]*[^`])\1$/.exec(codeSpan(text)) ?? [];
    expect(fence).not.toBe('');
    expect(inner.match(/`+/g) ?? []).not.toContain(fence);
    expect(inner.trim()).toBe(text.trim());
  });
});

/** What stands outside of code spans, as CommonMark finds them (section 6.1): a run of backticks closes at the next run of the same length. */
function outsideOfCode(markdown: string): string {
  let out = '';
  for (let at = 0; at < markdown.length; ) {
    if (markdown[at] === '\\') {
      out += markdown.slice(at, at + 2);
      at += 2;
      continue;
    }
    const run = /^`+/.exec(markdown.slice(at))?.[0] ?? '';
    const rest = markdown.slice(at + run.length);
    const close = run === '' ? -1 : [...rest.matchAll(/`+/g)].find((match) => match[0].length === run.length)?.index;
    if (run !== '' && close !== undefined && close >= 0) at += run.length + close + run.length;
    else {
      out += run === '' ? markdown[at] : run;
      at += Math.max(1, run.length);
    }
  }
  return out;
}

describe('escapeProse', () => {
  it('shows what stands between backticks as code, and the rest as text', () => {
    expect(escapeProse('Sort by bytes (`LC_ALL=C sort`), or *not*.')).toBe('Sort by bytes \\(`LC_ALL=C sort`\\), or \\*not\\*.');
    expect(escapeProse('one ` alone')).toBe('one \\` alone');
  });

  it('leaves nothing hostile outside of code, however the backticks fall', () => {
    const hostile = fc.array(
      fc.constantFrom('`', '``', '<b>', '|', '](javascript:x)', '![', '*', '_', '@octocat', '\\', '\n', ' ', 'word'),
      {
        maxLength: 14,
      },
    );
    fc.assert(
      fc.property(hostile, (parts) => {
        expect(outsideOfCode(escapeProse(parts.join('')))).not.toMatch(/[<>\n]|(?<!\\)[`*_[\]()|~!]|@[a-z]/);
      }),
      { seed: 20261122, numRuns: 2000 },
    );
  });
});
