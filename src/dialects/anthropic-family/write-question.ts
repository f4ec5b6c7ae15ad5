import type { GenerationCall } from '../../model/call.ts';
import type { Writing } from '../dialect.ts';
import { type AnswerForm, planAnswerForm } from './answer-form.ts';
import { CacheMarks } from './cache-mark.ts';
import type { ModelTraits } from './model-traits.ts';
import type { WireOutputConfig, WireText, WireThinking, WireTool, WireToolChoice, WireTurn } from './wire.ts';
import { countLeadingSystem, writeSystem } from './write-system.ts';
import { missesThoughts, planThinking, type ThinkingPlan } from './write-thinking.ts';
import { writeTools } from './write-tools.ts';
import { writeTurns } from './write-turns.ts';

/** What asking and counting have in common: all that becomes part of the prompt. */
export type WireQuestion = {
  readonly system?: string | WireText[] | undefined;
  readonly tools?: WireTool[] | undefined;
  readonly tool_choice?: WireToolChoice | undefined;
  readonly thinking?: WireThinking | undefined;
  readonly output_config?: WireOutputConfig | undefined;
  readonly messages: WireTurn[];
};

export interface WrittenQuestion {
  readonly wire: WireQuestion;
  readonly isThinking: boolean;
}

/** Written in the order of the prompt, so that of too many cache marks the last ones are kept. */
export function writeQuestion(
  call: GenerationCall,
  traits: ModelTraits,
  tokensMax: number,
  writing: Writing,
): WrittenQuestion {
  const marks = new CacheMarks();
  const form = planAnswerForm(call, traits, writing);
  const tools = writeTools(call, form, traits, marks, writing);
  const start = countLeadingSystem(call.messages);
  const system = writeSystem(call.messages.slice(0, start), form.sentence, marks, writing.warnings);
  const messages = writeTurns(call.messages, start, traits, marks, writing.warnings);
  marks.limit(writing.warnings);
  const hindrance = hindranceOf(form, messages, traits);
  const plan = planThinking(call, traits, tokensMax, hindrance, writing.warnings);
  const choice = withThinking(tools.tool_choice, plan, writing);
  return {
    wire: {
      ...(system !== undefined && { system }),
      ...(tools.tools && { tools: tools.tools }),
      ...(choice && { tool_choice: choice }),
      ...(plan.thinking && { thinking: plan.thinking }),
      ...outputConfig(plan, form),
      messages,
    },
    isThinking: plan.isOn,
  };
}

function hindranceOf(form: AnswerForm, turns: readonly WireTurn[], traits: ModelTraits): string | undefined {
  if (form.tool !== undefined) return 'off_for_response_format';
  return missesThoughts(turns, traits) ? 'off_for_missing_thoughts' : undefined;
}

/** While a model counts out its thoughts it cannot be made to call a tool (protocols 10.6). */
function withThinking(
  choice: WireToolChoice | undefined,
  plan: ThinkingPlan,
  { warnings }: Writing,
): WireToolChoice | undefined {
  const isForced = choice?.type === 'any' || choice?.type === 'tool';
  if (choice === undefined || !plan.isCounted || !isForced) return choice;
  warnings.refuse(
    'tool_choice',
    'This model cannot be made to call a tool while it thinks: set "tool_choice" to "auto", or turn thinking off.',
  );
  const { name: _, ...rest } = choice;
  return { ...rest, type: 'auto' };
}

function outputConfig(plan: ThinkingPlan, form: AnswerForm): { output_config?: WireOutputConfig } {
  if (plan.effort === undefined && form.schema === undefined) return {};
  return {
    output_config: {
      ...(plan.effort !== undefined && { effort: plan.effort }),
      ...(form.schema && { format: { type: 'json_schema', schema: form.schema } }),
    },
  };
}
