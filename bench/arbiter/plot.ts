import { type Outcome, type PolicyName, policyNames } from './play.ts';

const colours: Record<PolicyName, string> = {
  FIFO: '#9aa0a6',
  'llama-swap': '#c58b2a',
  Ollama: '#5b8def',
  Sluice: '#1a8f5a',
};

const barHeight = 12;
const rowGap = 22;
const left = 90;
const panelWidth = 330;
const panelGap = 60;

interface Panel {
  readonly title: string;
  readonly read: (outcome: Outcome, policy: PolicyName) => number;
}

const panels: readonly Panel[] = [
  {
    title: 'makespan ÷ best (log)',
    read: ({ figures, bestMs }, policy) => (figures.get(policy)?.makespanMs ?? bestMs) / bestMs,
  },
  {
    title: 'p95 of waits, s (log)',
    read: ({ figures }, policy) => Math.max(1, (figures.get(policy)?.p95Ms ?? 0) / 1000),
  },
];

/** Two panels of bars, a group for each trace. Lengths are logarithms: the worst are ten times the best. */
export function plot(outcomes: readonly Outcome[]): string {
  const rowHeight = policyNames.length * barHeight + rowGap;
  const height = 60 + outcomes.length * rowHeight;
  const width = left + panels.length * (panelWidth + panelGap);
  const body = panels.map((panel, at) =>
    drawPanel(panel, left + at * (panelWidth + panelGap), outcomes, rowHeight),
  );
  const names = outcomes.map(
    ({ kind }, at) =>
      `<text x="${left - 10}" y="${82 + at * rowHeight}" text-anchor="end">${kind.name}</text>`,
  );
  const legend = policyNames.map(
    (policy, at) =>
      `<rect x="${left + at * 120}" y="8" width="12" height="12" fill="${colours[policy]}"/><text x="${left + 18 + at * 120}" y="19">${policy}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">`,
    '<title>Four schedulers on one card: makespan and waits</title>',
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...legend,
    ...names,
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

function drawPanel(panel: Panel, x: number, outcomes: readonly Outcome[], rowHeight: number): string {
  const values = outcomes.flatMap((outcome) => policyNames.map((policy) => panel.read(outcome, policy)));
  const longest = Math.log(Math.max(...values, 2));
  const bars = outcomes.flatMap((outcome, row) =>
    policyNames.map((policy, at) => {
      const value = panel.read(outcome, policy);
      const length = Math.max(2, (Math.log(value) / longest) * (panelWidth - 50));
      const y = 56 + row * rowHeight + at * barHeight;
      const label = value < 10 ? value.toFixed(2) : value.toFixed(0);
      return `<rect x="${x}" y="${y}" width="${length.toFixed(1)}" height="${barHeight - 2}" fill="${colours[policy]}"/><text x="${(x + length + 4).toFixed(1)}" y="${y + 9}" font-size="10">${label}</text>`;
    }),
  );
  return [`<text x="${x}" y="44" font-weight="bold">${panel.title}</text>`, ...bars].join('\n');
}
