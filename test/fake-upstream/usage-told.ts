/** What a server says it counted: the truth, or the lie a scenario asks for. */
import type { UsageSaid } from './asked-and-said.ts';
import type { Scenario } from './scenario.ts';

export interface Counted {
  readonly input: number;
  readonly output: number;
  readonly reasoning: number;
}

export function usageTold(scenario: Scenario, { input, output, reasoning }: Counted): UsageSaid | undefined {
  const cached = Math.min(input, scenario.number('cached') ?? 0);
  const written = Math.min(input - cached, scenario.number('cached-now') ?? 0);
  const honest = { input, output, total: input + output, cached, written, reasoning };
  switch (scenario.text('usage-lies')) {
    case 'negative':
      return { ...honest, input: -input, output: -output, total: -input - output };
    case 'huge':
      return { ...honest, input: 1e308, output: 1e308, total: 1e308 };
    case 'zero':
      return { ...honest, input: 0, output: 0, total: 0 };
    case 'fraction':
      return { ...honest, input: input + 0.5, output: output + 0.5, total: input + output + 1 };
    case 'text':
      return { ...honest, input: `${input}`, output: 'many', total: '' };
    case 'missing':
      return undefined;
    default:
      return honest;
  }
}
