import type { JsonObject } from '../../model/json.ts';
import type { Address, Dialect } from '../dialect.ts';
import { writeOpenAiError } from '../openai-family/error-envelope.ts';
import { planModelEdits } from '../openai-family/model-edits.ts';
import { passingOnly } from '../passing-family/passing-only.ts';
import { askedOf, readImageCount, readStreamWish } from './asked.ts';
import { hearImages } from './images-answer.ts';
import { MediaListener } from './media-listener.ts';
import { openAiRoutes } from './routes.ts';

/** What edits and variations have in common: pictures in a form (or named in JSON), pictures back. */
export function changedImages(name: string, path: string): Dialect {
  return {
    name,
    operation: 'images',
    ...passingOnly,
    routes: openAiRoutes(path),
    takesForms: true,
    readAsked: (body: JsonObject, address: Address) =>
      askedOf('images', body, address, { isStream: readStreamWish(body), choices: readImageCount(body) }),
    planEdits: planModelEdits,
    hearWhole: hearImages,
    streamListener: () =>
      new MediaListener({ ending: 'image_edit.completed', bulk: 'b64_json', endsAtDone: false }),
    writeError: writeOpenAiError,
  };
}
