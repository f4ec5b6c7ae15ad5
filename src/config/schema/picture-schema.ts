import Type from 'typebox';
import { mapOf, section, text } from './words.ts';

/** How pictures are made (contract 4.3): keys of a backend for all its models, and of one model for itself. */

const word = () => Type.String({ minLength: 1 });
const words = () => Type.Array(word());

const lora = section('One LoRA.', {
  model_name: Type.String({ description: 'Its file.', minLength: 1 }),
  weight: Type.Optional(Type.Number({ description: 'How much of it.', minimum: -2, maximum: 2, default: 1 })),
  enabled: Type.Optional(Type.Boolean({ description: 'false: left out.', default: true })),
});

const refiner = Type.Union([
  word(),
  section('A refiner, and when it takes over.', {
    model_name: Type.String({ description: 'Its file.', minLength: 1 }),
    switch: Type.Optional(
      Type.Number({ description: 'After which part of the way.', minimum: 0.1, maximum: 1 }),
    ),
  }),
]);

export const pictureKeys = {
  styles: Type.Optional(
    Type.Union([words(), mapOf(Type.Union([word(), words()]), 'By what a request asks for.')], {
      description:
        'For pictures that are made as a job: its styles; or an object with those for each `style` of a request, `default` for none.',
    }),
  ),
  performance: Type.Optional(
    Type.Union([word(), mapOf(word(), 'By what a request asks for.')], {
      description:
        'For pictures that are made as a job: its performance; or an object with that for each `quality` of a request, `default` for none.',
    }),
  ),
  refiner: Type.Optional(
    Type.Union([...refiner.anyOf], {
      description:
        'For pictures that are made as a job: the file of the refiner; or an object with `model_name` and `switch`.',
    }),
  ),
  loras: Type.Optional(
    Type.Array(Type.Union([word(), lora]), {
      description:
        'For pictures that are made as a job: files, or objects with `model_name`, `weight` and `enabled`.',
    }),
  ),
};

export const baseModel = text(
  'For pictures that are made as a job: the file of this model, if it is called otherwise.',
);
