import { actionInputs } from './action-yaml.mjs';

/** A first README of an action, with the place for the generated tables; people write the rest. */
export function renderActionReadme(action) {
  return `# ${action.name}\n\n${action.description}.\n\n<!-- generated:inputs -->\n<!-- /generated:inputs -->\n`;
}

/** Tables of inputs and outputs. */
renderActionReadme.table = (action) => {
  const inputs = actionInputs(action).map(
    (input) =>
      `| \`${input.name}\` | ${cell(input.description)} | ${input.defaultText === undefined ? '' : `\`${cell(input.defaultText)}\``} |`,
  );
  const structured = action.declared.filter((input) => input.kind === 'structured' || input.fileOnly);
  const outputs = Object.entries(action.outputs).map(([name, description]) => `| \`${name}\` | ${cell(description)} |`);
  return [
    '',
    '| input | what it is | default |',
    '| --- | --- | --- |',
    ...inputs,
    ...(structured.length > 0
      ? [
          '',
          'Only in `testops.yml`:',
          '',
          '| key | what it is |',
          '| --- | --- |',
          ...structured.map((input) => `| \`${input.name}\` | ${cell(input.description)} |`),
        ]
      : []),
    ...(outputs.length > 0 ? ['', '| output | what it is |', '| --- | --- |', ...outputs] : []),
    '',
  ].join('\n');
};

/** The table of actions in the root README. */
export function renderActionsTable(actions) {
  const rows = actions
    .filter((action) => !action.internal)
    .map((action) => `| [\`${action.name}\`](actions/${action.name}/README.md) | ${cell(action.description)} |`);
  return ['', '| action | what it does |', '| --- | --- |', ...rows, ''].join('\n');
}

function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
