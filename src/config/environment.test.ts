import { describe, expect, it } from 'vitest';
import { readEnvironment } from './environment.ts';
import { adminSocketPath, databasePath, expandPath, pidFilePath, stateDirectory } from './paths.ts';

describe('the environment of the process', () => {
  it("systemd's sockets are for one process only", () => {
    expect(readEnvironment({ LISTEN_FDS: '2', LISTEN_PID: '7', LISTEN_FDNAMES: 'a:b' }, 7)).toMatchObject({
      inheritedSockets: 2,
      inheritedSocketNames: ['a', 'b'],
    });
    expect(readEnvironment({ LISTEN_FDS: '2', LISTEN_PID: '7' }, 8).inheritedSockets).toBe(0);
    expect(readEnvironment({ LISTEN_FDS: 'x', LISTEN_PID: '7' }, 7).inheritedSockets).toBe(0);
    expect(readEnvironment({}, 7).inheritedSockets).toBe(0);
  });

  it('empty means not set', () => {
    expect(readEnvironment({ NO_COLOR: '', HTTPS_PROXY: '', https_proxy: '' })).toMatchObject({
      isColorless: false,
      httpsProxy: undefined,
    });
    expect(readEnvironment({ NO_COLOR: '1' }).isColorless).toBe(true);
  });

  it('proxies in either case, lower case first', () => {
    expect(
      readEnvironment({
        HTTPS_PROXY: 'http://A',
        https_proxy: 'http://a',
        HTTP_PROXY: 'http://b',
        NO_PROXY: 'localhost, .lan ,',
      }),
    ).toMatchObject({
      httpsProxy: 'http://a',
      httpProxy: 'http://b',
      noProxy: ['localhost', '.lan'],
    });
  });
});

describe('paths', () => {
  it('state: systemd, then XDG, then home', () => {
    expect(stateDirectory({ HOME: '/h' })).toBe('/h/.local/state/sluice');
    expect(stateDirectory({ HOME: '/h', XDG_STATE_HOME: 'relative' })).toBe('/h/.local/state/sluice');
    expect(databasePath({ HOME: '/h', XDG_STATE_HOME: '/x' })).toBe('/x/sluice/sluice.db');
    expect(databasePath({ XDG_STATE_HOME: '/x', STATE_DIRECTORY: '/var/lib/sluice:/other' })).toBe(
      '/var/lib/sluice/sluice.db',
    );
  });

  it('beside the configuration', () => {
    expect(pidFilePath('/c')).toBe('/c/sluice.pid');
    expect(adminSocketPath('/c')).toBe('/c/sluice-admin.sock');
    expect(expandPath('~/x', { HOME: '/h' }, '/c')).toBe('/h/x');
    expect(expandPath('x', {}, '/c')).toBe('/c/x');
    expect(expandPath('/x', {}, '/c')).toBe('/x');
  });
});
