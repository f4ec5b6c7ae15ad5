import Type, { type Static } from 'typebox';
import { choice, count, seconds, section, text } from './words.ts';

/** `residency` and `commands` of a backend: how its memory is managed. Both matter in a group alone. */

export const residencySchema = section("How this backend's memory is managed for its group.", {
  foreign: choice(
    ['warn', 'unload', 'refuse'],
    'Models in its memory that Sluice did not load, when one of the group is to be loaded. warn: they are left, and logged. unload: they are unloaded first. refuse: nothing is loaded beside them.',
    { default: 'warn' },
  ),
  settle_ms: count(
    'How long its memory may take to show what it was told, and a model to fall idle before it is unloaded.',
    { default: 5_000, maximum: 600_000 },
  ),
  load_timeout_s: seconds('A load that takes longer has failed.', { default: 300 }),
  sleep_level: Type.Optional(
    Type.Integer({
      description:
        'For runtimes whose model sleeps. 1: its weights wait in main memory. 2: they are read again.',
      minimum: 1,
      maximum: 2,
      default: 1,
    }),
  ),
});

export const commandsSchema = section(
  'Shell commands in the place of what its type knows of its memory. They are told SLUICE_BACKEND, SLUICE_BASE_URL, SLUICE_MODEL and SLUICE_LOAD_OPTIONS, and none of the secrets of this process.',
  {
    loaded: text(
      'Prints the models in memory, one a line, or * for whatever it serves. Exit status 75: it is loading.',
    ),
    load: text('Loads the model. Any exit status but 0: it failed.'),
    unload: text('Unloads the model. Any exit status but 0: it failed.'),
    busy: text('Exit status 0: the model is at work. 1: it is not. Any other: nobody knows.'),
    timeout_s: seconds('For each of them but load, which has residency.load_timeout_s.', { default: 30 }),
  },
);

export type ResidencyEntry = Static<typeof residencySchema>;
export type CommandsEntry = Static<typeof commandsSchema>;
