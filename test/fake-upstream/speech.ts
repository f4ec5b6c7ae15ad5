/** What the fake answers: always the same for the same question. */
import type { Asked, Finish, Refusal, Said } from './asked-and-said.ts';
import type { Scenario } from './scenario.ts';
import { toolCallsFor } from './tool-calls.ts';
import { usageTold } from './usage-told.ts';
import { beforeStopText, countWords, flood, PLAIN_WORDS, plainWords, wantedPieces } from './words.ts';

export { countWords } from './words.ts';

const TOKENS_OF_A_TOOL_CALL = 4;
const REFUSAL = "I'm sorry, but I can't help with that.";

export interface Circumstances {
  readonly id: string;
  readonly createdAt: Date;
  readonly scenario: Scenario;
  /** Given in the scenario `echo-request`: the answer's whole text. */
  readonly echoed?: string;
}

export function say(asked: Asked, circumstances: Circumstances): Said {
  const { scenario, id, createdAt } = circumstances;
  const refusal = refusalIn(scenario);
  const isSilent = refusal !== undefined || scenario.has('empty');
  const tools = isSilent ? [] : toolCallsFor(asked, scenario, id);
  const thoughts = refusal ? [] : plainWords(scenario.number('thoughts') ?? 0, PLAIN_WORDS);
  const choices = asked.choices ?? 1;
  const answer = answerText(asked, circumstances, { refusal, isWithTools: tools.length > 0 });
  const spoken = answer.pieces.length + (refusal && refusal.by !== 'filter' ? countWords(refusal.words) : 0);
  const output = (thoughts.length + spoken + TOKENS_OF_A_TOOL_CALL * tools.length) * choices;
  return {
    id,
    createdAt,
    model: asked.model,
    thoughts,
    signed: signedIn(scenario),
    pieces: scenario.has('flood') && !isSilent ? flood(scenario.number('flood') ?? 1) : answer.pieces,
    tools,
    finish: tools.length > 0 ? 'tool' : answer.finish,
    ...(answer.stopText === undefined ? {} : { stopText: answer.stopText }),
    ...(refusal ? { refusal } : {}),
    choices,
    usage: usageTold(scenario, { input: countWords(asked.prompt), output, reasoning: thoughts.length }),
    isUsageOnLastChunk: scenario.has('usage-on-last-chunk'),
  };
}

interface AnswerText {
  readonly pieces: readonly string[];
  readonly finish: Finish;
  readonly stopText?: string;
}

/** Beside tool calls a text is said only if the scenario asks for words. */
function answerText(
  asked: Asked,
  { scenario, echoed }: Circumstances,
  { refusal, isWithTools }: { readonly refusal: Refusal | undefined; readonly isWithTools: boolean },
): AnswerText {
  if (scenario.has('empty') || (isWithTools && !scenario.has('words')))
    return { pieces: [], finish: refusal ? 'refusal' : 'stop' };
  const wanted = wantedPieces(asked, scenario, echoed);
  if (refusal) {
    const half = refusal.by === 'filter' ? Math.ceil(wanted.length / 2) : 0;
    return { pieces: wanted.slice(0, half), finish: 'refusal' };
  }
  return shortened(asked, scenario, wanted);
}

/** As far as a stop text and the most tokens let it come; the nearer of the two is the reason to finish. */
function shortened(asked: Asked, scenario: Scenario, wanted: readonly string[]): AnswerText {
  const { pieces, stopText } = beforeStopText(wanted, asked.stopTexts);
  const allowed = scenario.has('ignore-max') ? pieces.length : (asked.tokensMax ?? pieces.length);
  if (allowed < pieces.length) return { pieces: pieces.slice(0, Math.max(0, allowed)), finish: 'length' };
  return stopText === undefined ? { pieces, finish: 'stop' } : { pieces, finish: 'stop-text', stopText };
}

function refusalIn(scenario: Scenario): Refusal | undefined {
  const by = scenario.text('refusal');
  if (by === undefined) return undefined;
  return { by: by === 'filter' || by === 'prompt' ? by : 'model', words: REFUSAL };
}

function signedIn(scenario: Scenario): Said['signed'] {
  if (!scenario.has('signed')) return 'no';
  return scenario.text('signed') === 'redacted' ? 'redacted' : 'yes';
}
