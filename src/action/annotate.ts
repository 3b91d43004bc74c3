import type * as Core from '@actions/core';
import type { AnyWords, Finding } from '../core/index.ts';
import { withholdLeaks } from '../suite/leaks.ts';

/** GitHub shows at most ten annotations of a level for a step; what is beyond stands in the summary and the evidence. */
const MOST_PER_LEVEL = 10;

/** Findings as workflow-command annotations. The toolkit escapes what could start another command. */
export function annotate(core: typeof Core, findings: readonly Finding[], words: AnyWords): void {
  const write = { error: core.error, warning: core.warning, note: core.notice } as const;
  const written = { error: 0, warning: 0, note: 0 };
  for (const finding of findings) {
    if (written[finding.level]++ >= MOST_PER_LEVEL) continue;
    const word = words[finding.code];
    const message = word ? `${word.message(finding.args as never)}\n${word.fix}` : finding.code;
    const { file, line } = finding.place ?? {};
    write[finding.level](withholdLeaks(message), {
      title: `${finding.code}${word ? `: ${word.title}` : ''}`,
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { startLine: line }),
    });
  }
}
