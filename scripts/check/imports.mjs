import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

// Who may import whom, after the picture in docs/architecture.md. A room may always import from itself; a gate is a room of its own.
const ARROWS = {
  core: [],
  gates: ['core'],
  decision: ['core'],
  render: ['core'],
  github: ['core'],
  host: ['core'],
  'testops-api': ['core'],
  suite: ['gates', 'decision', 'render', 'core'],
  action: ['entries', 'version', 'core', 'gates', 'decision', 'render', 'github', 'host', 'testops-api', 'suite'],
  cli: ['entries', 'version', 'core', 'gates', 'decision', 'render', 'github', 'host', 'testops-api', 'suite'],
  index: ['entries', 'action', 'cli'],
  entries: [],
  version: [],
};

// What a gate must leave to its ports, and what the decision must be given.
const PURE_ROOMS = /^src\/(gates|decision|render|core)\//;
const FORBIDDEN_MODULES =
  /^(node:)?(fs|fs\/promises|child_process|http|https|net|os|worker_threads|cluster|dgram|dns|tls|process)$|^@actions\/|^@octokit\//;
const FORBIDDEN_GLOBALS =
  /\bprocess\.|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|(?:[=(]|\breturn|\bawait)\s*fetch\(|\bperformance\.now\b/;

/** Every arrow that points the wrong way, as `file: reason` lines. */
export function findWrongImports(root) {
  const problems = [];
  for (const path of listSources(join(root, 'src'))) {
    const file = relative(root, path);
    const text = readFileSync(path, 'utf8');
    const from = roomOf(file);
    for (const [, fixed, lazy] of text.matchAll(/\bfrom\s*'([^']+)'|\bimport\('([^']+)'\)/g)) {
      const specifier = fixed ?? lazy;
      if (!specifier.startsWith('.')) {
        if (PURE_ROOMS.test(file) && FORBIDDEN_MODULES.test(specifier))
          problems.push(`${file}: imports ${specifier}, which belongs behind a port`);
        continue;
      }
      const target = relative(root, join(dirname(path), specifier));
      const to = roomOf(target);
      if (from.name === to.name && from.gate === to.gate) continue;
      if (from.name === 'gates' && from.gate === undefined && to.name === 'gates') continue; // the registry names every gate
      if (from.name === to.name || !(ARROWS[from.name] ?? []).includes(to.name))
        problems.push(`${file}: imports ${target}; ${describe(from)} may not import ${describe(to)}`);
    }
    if (PURE_ROOMS.test(file)) {
      const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
      const found = FORBIDDEN_GLOBALS.exec(code.replace(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, "''"));
      if (found) problems.push(`${file}: uses ${found[0]}, which belongs behind a port`);
    }
  }
  return problems.sort();
}

function roomOf(path) {
  const [, name = '', second] = path.split('/');
  const isGate = name === 'gates' && second !== undefined && !second.endsWith('.ts');
  return { name: name.replace(/\.ts$/, ''), gate: isGate ? second : undefined };
}

function describe(room) {
  return room.gate === undefined ? `src/${room.name}` : `src/gates/${room.gate}`;
}

function listSources(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
