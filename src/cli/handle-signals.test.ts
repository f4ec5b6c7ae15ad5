import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';

import { handleSignals } from './handle-signals.ts';

function open(isSighupReloading = true) {
  const said: string[] = [];
  const say = (word: string) => {
    said.push(word);
    return Promise.resolve();
  };
  const source = new EventEmitter();
  const house = {
    reload: () => say('reload'),
    reopenLogs: () => void said.push('reopen'),
    dumpLiveState: () => void said.push('dump'),
    drainAndStop: () => say('drain'),
    stopNow: () => say('now'),
  };
  handleSignals(source, house, {
    isSighupReloading: () => isSighupReloading,
    onFailure: () => undefined,
  });
  const send = (...signals: string[]) => {
    for (const signal of signals) source.emit(signal);
  };
  return { said, send };
}

test('SIGHUP reopens the logs and reloads', () => {
  const { said, send } = open();
  send('SIGHUP');
  expect(said).toEqual(['reopen', 'reload']);
});

test('SIGHUP only reopens the logs when reload.enable_sighup is false', () => {
  const { said, send } = open(false);
  send('SIGHUP');
  expect(said).toEqual(['reopen']);
});

test('the first SIGTERM or SIGINT drains, the second ends now', () => {
  const { said, send } = open();
  send('SIGTERM', 'SIGINT', 'SIGINT');
  expect(said).toEqual(['drain', 'now', 'now']);
});

test('SIGUSR2 writes the live state to the log', () => {
  const { said, send } = open();
  send('SIGUSR2');
  expect(said).toEqual(['dump']);
});
