/** What a client may want beside an answer. */
import { both, type Case, PLACE, says } from '../case.ts';

/** The smallest picture there is, and the smallest document. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n').toString(
  'base64',
);

export const askingCases: readonly Case[] = [
  both({
    name: 'image',
    about:
      'A PNG of 70 bytes goes along, as base64. The backend names what it received: kind, type and length must be right.',
    wish: { turns: [{ by: 'user', text: 'Look:', png: PNG }] },
    shows: ['text'],
  }),
  both({
    name: 'PDF',
    about:
      'A PDF goes along, as base64. Backends that cannot read one refuse it by name, before anything is sent; clients without a place for documents cannot ask.',
    wish: { turns: [{ by: 'user', text: 'Read:', pdf: PDF }] },
    shows: ['text'],
  }),
  both({
    name: 'JSON schema',
    about:
      'The answer shall be an object of `city` and `days`, by a schema. It must come as text that is such an object, whatever the backend calls this, and as no call of a tool.',
    wish: { ...says('Where?'), schema: PLACE },
    shows: ['text', 'finish'],
  }),
  both({
    name: 'stop sequence',
    about:
      'The answer shall end before "STOP"; the model would say "You said: one STOP two". No cell may have the text behind the stop; only some backends tell why they stopped.',
    wish: { ...says('one STOP two'), stop: ['STOP'] },
    shows: ['text', 'finish'],
  }),
  both({
    name: 'max tokens',
    about:
      'No more than 20 tokens are wanted of an answer of 40. The client must learn that the answer was cut, in its own word.',
    wish: { ...says('Hello.'), tokensMax: 20 },
    scenario: 'words=40',
    shows: ['finish', 'tokens'],
  }),
  both({
    name: 'two answers at once',
    about:
      'Two answers to one question are wanted. Where the backend has no such thing the wish is refused by name, as one answer would be another contract (the fake Gemini gives one whatever it is asked).',
    wish: { ...says('Hello.'), choices: 2 },
    shows: ['choices'],
  }),
  both({
    name: 'sampling',
    about:
      'The client sets top_k and a seed, as far as its dialect has them. What only nudges the answer is dropped with a warning where the backend lacks it.',
    wish: { ...says('Hello.'), topK: 20, seed: 7 },
    shows: ['text'],
  }),
];
