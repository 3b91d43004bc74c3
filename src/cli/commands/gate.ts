import { commonInputs, evidenceBytes, type GateEntry, listInputs, VERDICT_EXIT } from '../../core/index.ts';
import { renderGateResult } from '../../render/terminal/gate-result.ts';
import { choosePaint } from '../../render/terminal/paint.ts';
import { resolveInputs } from '../../suite/configuration.ts';
import { findConfiguration } from '../../suite/find-configuration.ts';
import { describeMeasured } from '../../suite/run/describe-measured.ts';
import { runGate } from '../../suite/run-gate.ts';
import { declaredPaths, sectionsOf } from '../../suite/subject.ts';
import type { Command } from '../command.ts';
import { COMMON_FLAGS, flagsOf, parseFlags } from '../flags.ts';
import { helpNotes, refusePositionals, renderHelp } from '../help.ts';
import { localRun } from '../local-run.ts';

/** The command of one gate: inputs from flags over the file, one evidence file, one line of verdict. */
export function gateCommand(entry: GateEntry): Command {
  return async ({ args, ports, toolVersion, environment, print, say }) => {
    const inputs = listInputs(entry.inputs);
    const flags = [...flagsOf(inputs), ...flagsOf(listInputs(commonInputs)), ...COMMON_FLAGS];
    const { values, positionals } = parseFlags(entry.id, args, flags);
    if (values.help) {
      print(renderHelp({ usage: `testops ${entry.id} [flags]`, summary: (await entry.load()).title, flags, notes: helpNotes(inputs) }));
      return 0;
    }
    refusePositionals(entry.id, positionals);
    const { config, 'evidence-dir': evidenceDir, json, ...given } = values as { config?: string; 'evidence-dir'?: string; json?: boolean };
    const configuration = await findConfiguration(ports.files, config);
    const section = configuration?.gates.get(entry.id);
    const folder = evidenceDir ?? 'testops-evidence';
    const resolved = resolveInputs(entry.id, entry.inputs, section, given);
    const run = await runGate(entry, resolved, {
      ports,
      evidenceDir: folder,
      toolVersion,
      declared: declaredPaths([resolved, ...(configuration ? sectionsOf(configuration) : [])], [folder, 'testops-out']),
      ...(await localRun(ports, environment)),
    });
    if (json) print(`${new TextDecoder().decode(evidenceBytes(run.evidence))}\n`);
    else {
      const result = { id: entry.id, judgement: run.judgement, words: run.words };
      say(
        renderGateResult(
          result,
          { path: run.path, changes: run.changes, warning: describeMeasured(entry.id, run.measured, ports.clock.now()) },
          choosePaint(process.stderr, environment),
        ),
      );
    }
    return VERDICT_EXIT[run.judgement.verdict];
  };
}
