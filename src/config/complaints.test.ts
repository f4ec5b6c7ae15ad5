// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how references are written
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatComplaint } from './format-complaint.ts';
import { ScratchConfig } from './scratch-config.ts';

let scratch: ScratchConfig;
beforeEach(() => {
  scratch = new ScratchConfig();
  scratch.write('apps.json', '{"apps": []}').write('backends.json', '{"backends": []}');
});
afterEach(() => scratch.remove());

/** `apps.json:3:5 key: message`, the directory left out. */
const said = (request = {}) =>
  scratch
    .complaints(request)
    .map((complaint) => formatComplaint(complaint).replace(`${scratch.directory}/`, ''));

const warned = (request = {}) =>
  scratch
    .load(request)
    .warnings.map((complaint) => formatComplaint(complaint).replace(`${scratch.directory}/`, ''));

interface Case {
  readonly daemon?: string;
  readonly apps?: string;
  readonly backends?: string;
  readonly says: RegExp | readonly RegExp[];
}

/** What is written → what is said. Every entry must name file, line, key and a remedy. */
const cases: Record<string, Case> = {
  'an unknown key': {
    daemon: '{\n "listen": {\n  "prot": 80 }}',
    says: /^daemon\.json:3:3 listen\.prot: is not a key Sluice knows; did you mean `port`\?$/,
  },
  'an unknown key with a predecessor in mind': {
    backends: '{"backends": [{"type": "local", "name": "x", "base_url": "http://a", "url": "http://a"}]}',
    says: /backends\[0\]\.url: .*did you mean `base_url`\?/,
  },
  'an unknown key like no other': {
    daemon: '{"zzzzzzzz": 1}',
    says: /remove it, or use one of: listen, admin/,
  },
  'a key in the wrong section': { daemon: '{"sequence_groups": {}}', says: /move it to `backends`/ },
  'text for a number': {
    daemon: '{\n\n"listen": {"port": "80"}}',
    says: /^daemon\.json:3:12 listen\.port: should be a whole number, but is text; write it without quotes$/,
  },
  'a number for text': {
    apps: '{"apps": [{"app_id": 7}]}',
    says: /apps\[0\]\.app_id: should be .*, but is a number; put it in double quotes/,
  },
  'a fraction for a whole number': {
    daemon: '{"listen": {"port": 1.5}}',
    says: /should be a whole number, but is 1\.5/,
  },
  'text for a list': {
    daemon: '{"admin": {"bind": "127.0.0.1:1"}}',
    says: /admin\.bind: should be a list, but is text; put it in brackets/,
  },
  'a list for an object': {
    daemon: '{"listen": []}',
    says: /listen: should be an object with keys, but is a list; write \{ "host_v4": … \}/,
  },
  'a null policy, which would allow all': {
    apps: '{"apps": [{"app_id": "a", "policy": null}]}',
    says: /apps\[0\]\.policy: should be an object .*leave it out, or write \{\}/,
  },
  'none of several forms': {
    apps: '{"apps": [{"app_id": "a", "api_keys": [5]}]}',
    says: /api_keys\[0\]: should be text or an object, but is a number/,
  },
  'a missing key': {
    apps: '{"apps": [{"name": "x"}]}',
    says: /^apps\.json:1:11 apps\[0\]\.app_id: is missing; add 1 to 64 letters/,
  },
  'a bad app_id': {
    apps: '{"apps": [{"app_id": "a b"}]}',
    says: /must be 1 to 64 letters, digits.*but is "a b"/,
  },
  'a port out of range': {
    daemon: '{"listen": {"port": 70000}}',
    says: /must be at least 0 and at most 65535, but is 70000; change it/,
  },
  'a negative price': {
    backends: '{"backends": [{"type": "mirror", "cost": {"default": {"prompt": -1}}}]}',
    says: /cost\.default\.prompt: must be at least 0, but is -1/,
  },
  'an unknown word': {
    daemon: '{"logging": {"format": "jsn"}}',
    says: /logging\.format: cannot be "jsn"; did you mean json\? Known: json, text/,
  },
  'two spellings': {
    daemon: '{"listen": {\n"host_v4": "127.0.0.1",\n"ipv4": "127.0.0.1"}}',
    says: /^daemon\.json:3:1 listen\.ipv4: is another spelling of `host_v4`, which is also given; keep one/,
  },
  'a PostgreSQL server named twice': {
    daemon: '{"database": {"url": "postgres://u@db/d",\n"host": "other"}}',
    says: /^daemon\.json:2:1 database\.host: is told by `url` as well; keep one of them$/,
  },
  'an address that is not of PostgreSQL, which is not shown': {
    daemon: '{"database": {"url": "mysql://u:hunter22@db/d"}}',
    says: /^daemon\.json:1:\d+ database\.url: is no address of a PostgreSQL server; write postgres:\/\/user/,
  },
  'a parameter of the URL that nobody reads': {
    daemon: '{"database": {"url": "postgres://u@db/d?target_session_attrs=any"}}',
    says: /database\.url: has a parameter that is not known; known are host, sslmode/,
  },
  'a way of TLS that is none': {
    daemon: '{"database": {"host": "db", "username": "u", "ssl_mode": "verify"}}',
    says: /database\.ssl_mode: /,
  },
  'PostgreSQL without a user': {
    daemon: '{"database": {"host": "db"}}',
    says: /database: names no user for PostgreSQL; give `username`, or write it into `url`$/,
  },
  'half of a client certificate': {
    daemon: '{"database": {"host": "db", "username": "u", "ssl_key": "daemon.json"}}',
    says: /database\.ssl_cert: and `ssl_key` go together; give both or neither$/,
  },
  'an authority that is not there, for PostgreSQL': {
    daemon: '{"database": {"host": "db", "username": "u", "ssl_ca": "nowhere.pem"}}',
    says: /database\.ssl_ca: names .*nowhere\.pem, which cannot be read/,
  },
  'an address of Redis that cannot be read, which is not shown': {
    daemon: '{"redis": {"url": "redis://u:hunter22%@h/0"}}',
    says: /^daemon\.json:1:\d+ redis\.url: is no address; write for example rediss:\/\/user:password@host:6379\/0, with %25/,
  },
  'a database of Redis that has no number': {
    daemon: '{"redis": {"url": "redis://h/sluice"}}',
    says: /redis\.url: must end with the number of a database, such as \/0, or with nothing$/,
  },
  'an option in the address of Redis': {
    daemon: '{"redis": {"url": "redis://h/0?tls=no"}}',
    says: /redis\.url: has more behind the database than may be there/,
  },
  'an authority for a Redis that is not asked over TLS': {
    daemon: '{"redis": {"url": "redis://h", "tls": {"ca_file": "daemon.json"}}}',
    says: /redis\.tls: has no effect while `redis\.url` begins with redis:\/\/; write rediss:\/\/$/,
  },
  'an authority that is not there, for Redis': {
    daemon: '{"redis": {"url": "rediss://h", "tls": {"ca_file": "nowhere.pem"}}}',
    says: /redis\.tls\.ca_file: names .*nowhere\.pem, which cannot be read/,
  },
  'half of a client certificate, for Redis': {
    daemon: '{"redis": {"url": "rediss://h", "tls": {"key_file": "daemon.json"}}}',
    says: /redis\.tls: has one of `cert_file` and `key_file`; give both or neither$/,
  },
  'a Sentinel that is none': {
    daemon: '{"redis": {"url": "redis://main", "sentinels": ["redis://10.0.0.5"]}}',
    says: /redis\.sentinels\[0\]: must be host:port, e\.g\. "10\.0\.0\.5:26379"$/,
  },
  'a port beside Sentinels': {
    daemon: '{"redis": {"url": "redis://main:6379", "sentinels": ["10.0.0.5"]}}',
    says: /redis\.url: names a port, which the Sentinels say/,
  },
  'a key written twice': {
    daemon: '{"listen": {},\n "listen": {}}',
    says: /^daemon\.json:2:2 listen: is written twice, first in line 1; keep one of them$/,
  },
  'a prototype': {
    daemon: '{"__proto__": {"listen": {}}}',
    says: /__proto__: `__proto__` cannot be a key; rename or remove it/,
  },
  'an app_id twice': {
    apps: '{"apps": [{"app_id": "a"},\n{"app_id": "a"}]}',
    says: /^apps\.json:2:2 apps\[1\]\.app_id: is also the app_id of apps\[0\]; give each app its own/,
  },
  'a key of two apps': {
    apps: '{"apps": [{"app_id": "a", "api_keys": ["same-plain-key"]},\n{"app_id": "b", "api_keys": [{"key": "same-plain-key"}]}]}',
    says: /^apps\.json:2:30 apps\[1\]\.api_keys\[0\]: is also a key of apps\[0\]; .*make another/,
  },
  'a hash that is none': {
    apps: '{"apps": [{"app_id": "a", "api_keys": ["sha256:12"]}]}',
    says: /must have 64 hex digits after sha256:/,
  },
  'a key no header could carry': {
    apps: '{"apps": [{"app_id": "a", "api_keys": ["smart ’quotes’"]}]}',
    says: /api_keys\[0\]: has spaces around it or characters that cannot be sent in a header/,
  },
  'a key with a space behind it': {
    apps: '{"apps": [{"app_id": "a", "api_keys": ["pasted-key "]}]}',
    says: /api_keys\[0\]: has spaces around it or characters that cannot be sent in a header/,
  },
  'a key and a hash': {
    apps: '{"apps": [{"app_id": "a", "api_keys": [{"name": "x"}]}]}',
    says: /needs either `hash` or `key`, and not both/,
  },
  'an end that is no date': {
    apps: '{"apps": [{"app_id": "a", "api_keys": [{"key": "abcdefgh", "expires_at": "2030-13-45"}]}]}',
    says: /expires_at: is no date; write for example 2027-01-31/,
  },
  'aliases in a circle, once': {
    backends: '{"backends": [], "aliases": {"x": "a",\n"a": "b", "b": "c", "c": "a"}}',
    says: /^backends\.json:2:1 aliases\.a: leads back to itself \(a → b → c → a\); let one of them name a model$/,
  },
  'an alias of itself': {
    backends: '{"backends": [], "aliases": {"a": "a"}}',
    says: /aliases\.a: leads back to itself \(a → a\)/,
  },
  'an unknown group': {
    backends:
      '{"sequence_groups": {"gpu0": {}, "cpu": {}}, "backends": [{"type": "mirror", "sequence_group": "gpu1"}]}',
    says: /backends\[0\]\.sequence_group: "gpu1" is not known; did you mean "gpu0"\?; known: gpu0, cpu/,
  },
  'a quirk nobody has': {
    backends: '{"backends": [{"type": "mirror", "name": "x", "quirks": {"think_tag": true}}]}',
    says: /backends\[0\]\.quirks\.think_tag: .*did you mean `think_tags`\?/,
  },
  'a quirk with a word it does not know': {
    backends: '{"backends": [{"type": "mirror", "name": "x", "quirks": {"reasoning_back": "yes"}}]}',
    says: /backends\[0\]\.quirks\.reasoning_back: .*reasoning_content/,
  },
  'a dialect its type does not speak': {
    backends: '{"backends": [{"type": "mirror", "name": "x", "quirks": {"dialects": ["spoke"]}}]}',
    says: /quirks\.dialects\[0\]: "spoke" is no dialect of type mirror; it speaks spoken$/,
  },
  'an unknown type': {
    backends: '{"backends": [\n{"type": "cluod", "api_key": "k"}]}',
    says: /^backends\.json:2:2 backends\[0\]\.type: "cluod" is no type of backend; did you mean cloud\? Known: cloud, local, mirror$/,
  },
  'a type like no other': {
    backends: '{"backends": [{"type": "zzzzzz"}]}',
    says: /"zzzzzz" is no type of backend; known: cloud, local, mirror$/,
  },
  'two backends of one name': {
    backends: '{"backends": [{"type": "mirror"}, {"type": "mirror"}]}',
    says: /backends\[1\]\.name: is also the name of backends\[0\]; give each backend its own/,
  },
  'a default_backend that is not there': {
    daemon: '{"default_backend": "mirro"}',
    backends: '{"backends": [{"type": "mirror"}]}',
    says: /^daemon\.json:1:2 default_backend: "mirro" is not known; did you mean "mirror"\?; known: mirror/,
  },
  "an app's backend that is not there": {
    apps: '{"apps": [{"app_id": "a", "backend": "x"}]}',
    says: /apps\[0\]\.backend: "x" is not known; there are none, so add it to `backends`/,
  },
  'no address': {
    backends: '{"backends": [{"type": "local"}]}',
    says: /backends\[0\]\.base_url: is missing: a backend of type local may be anywhere; write for example "http/,
  },
  'no key': {
    backends: '{"backends": [{"type": "cloud"}]}',
    says: /backends\[0\]\.api_key: is missing: cloud answers nobody without a key; write for example "\$\{CLOUD_API_KEY\}"/,
  },
  'no http address': {
    backends: '{"backends": [{"type": "local", "base_url": "localhost:80"}]}',
    says: /base_url: is no address; write it with http:\/\//,
  },
  'a password in an address': {
    backends: '{"backends": [{"type": "local", "base_url": "http://u:hunter2hunter2@h/"}]}',
    says: /base_url: holds a password, and addresses are shown; move it to `api_key`/,
  },
  'a query in an address': {
    backends: '{"backends": [{"type": "local", "base_url": "http://h/?key=x"}]}',
    says: /must end before \? and #/,
  },
  'a header that is none': {
    backends: '{"backends": [{"type": "mirror", "extra_headers": {"a b": "c", "d": "e\\r\\nf"}}]}',
    says: [/extra_headers\["a b"\]: is no name of a header/, /extra_headers\.d: has line ends/],
  },
  'a bad network': {
    daemon:
      '{"admin": {"stats_networks": ["10.0.0.0/8", "10.0.0.0/33"]}, "listen": {"trusted_proxies": ["unix", "x"]}}',
    says: [
      /listen\.trusted_proxies\[1\]: "x" is no network; write for example/,
      /admin\.stats_networks\[1\]: "10\.0\.0\.0\/33" is no network/,
    ],
  },
  'a bad admin address': {
    daemon: '{"admin": {"bind": ["127.0.0.1:8081", "8081", "h:99999"]}}',
    says: [/admin\.bind\[1\]: must be host:port/, /admin\.bind\[2\]: must be host:port/],
  },
  'no time zone': {
    apps: '{"apps": [{"app_id": "a", "cost_limit": {"limit": 1, "timezone": "Vienna"}}]}',
    says: /cost_limit\.timezone: "Vienna" is no time zone; use an IANA name/,
  },
  'a mode nobody can use': {
    daemon: '{"listen": {"unix_socket_mode": "0066"}}',
    says: /unix_socket_mode: must let its owner read and write/,
  },
  'a wildcard with credentials': {
    daemon: '{"cors": {"origins": ["*"], "credentials": true}}',
    says: /cors\.credentials: cannot be true while `cors\.origins` has \*/,
  },
  'a variable that is not set': {
    backends: '{"backends": [{"type": "cloud",\n"api_key": "${NO_SUCH_KEY}"}]}',
    says: /^backends\.json:2:1 backends\[0\]\.api_key: needs the environment variable NO_SUCH_KEY, which is not set or empty; set it/,
  },
  'half a reference': {
    apps: '{"apps": [{"app_id": "a", "name": "${not a name}"}]}',
    says: /write \$\$\{ for the text \$\{ itself/,
  },
  'a secret file that is not there': {
    backends: '{"backends": [{"type": "cloud", "api_key": "file:/no/such/file"}]}',
    says: /backends\[0\]\.api_key: names \/no\/such\/file, which cannot be read \(ENOENT\); create it/,
  },
  'a secret file that never ends': {
    backends: '{"backends": [{"type": "cloud", "api_key": "file:/dev/zero"}]}',
    says: /which is not a file; name one/,
  },
  'a certificate that is not there': {
    daemon: '{"listen": {"tls": {"cert_file": "/no/cert", "key_file": "/no/key"}}}',
    says: [/tls\.cert_file: names \/no\/cert/, /tls\.key_file: names/],
  },
  'a token for signatures nobody can check': {
    apps: '{"apps": [{"app_id": "a", "jwt": {"issuer": "x"}}]}',
    says: /jwt: needs exactly one of public_key, public_key_file, secret_file/,
  },
  'a public key that is none': {
    apps: '{"apps": [{"app_id": "a", "jwt": {"public_key": "hello"}}]}',
    says: /jwt\.public_key: is no public key in PEM form/,
  },
  'a name only inline backends have': {
    backends: '{"backends": [{"type": "mirror", "name": "app:x"}]}',
    says: /backends\[0\]\.name: must not begin with app:/,
  },
  'JSON that is none': {
    daemon: '{"listen": {"port": 80\n"tls": 5}}',
    says: /^daemon\.json:2:1 is not valid JSON: a comma is missing/,
  },
  'JSON that ends early': { daemon: '{"listen": {', says: /is not valid JSON: a closing \} is missing/ },
  'JSON nested without end': { daemon: '['.repeat(100_000), says: /is nested deeper than 64 levels/ },
  'anonymous and open to all': {
    daemon: '{"listen": {\n"ipv4": "0.0.0.0"}}',
    says: /^daemon\.json:2:1 listen\.ipv4: is reachable from outside, but no app has a key, .*give an app a key/,
  },
};

describe('a complaint names file, line, key and remedy', () => {
  it.each(Object.entries(cases))('%s', (_, { says, ...files }) => {
    for (const [name, text] of Object.entries(files)) scratch.write(`${name}.json`, text);
    const complaints = said();
    const wanted = says instanceof RegExp ? [says] : says;
    for (const [at, pattern] of wanted.entries()) expect(complaints[at]).toMatch(pattern);
    if (!wanted[0]?.source.includes('valid JSON')) expect(complaints).toHaveLength(wanted.length);
  });

  it('all of them at once, over all files', () => {
    scratch
      .write('daemon.json', '{"listen": {"port": "x"}, "nope": 1}')
      .write('apps.json', '{"apps": [{"app_id": 1}, {"app_id": "b", "backend": "zz"}]}')
      .write('backends.json', '{"backends": [{"type": "loca"}, {}]}');
    expect(
      scratch
        .complaints()
        .map(({ key }) => key)
        .sort(),
    ).toEqual([
      'apps[0].app_id',
      'apps[1].backend',
      'backends[0].type',
      'backends[1].type',
      'listen.port',
      'nope',
    ]);
  });

  it('an entry that is wrong is still one that others may name', () => {
    scratch
      .write('daemon.json', '{"default_backend": "b"}')
      .write(
        'backends.json',
        '{"sequence_groups": {"g": {"max_queue": -1}}, "backends": [{"type": "mirror", "name": "b", "nope": 1, "sequence_group": "g"}]}',
      );
    expect(scratch.complaints().map(({ key }) => key)).toEqual(
      ['backends[0].nope', 'sequence_groups.g.max_queue'].reverse(),
    );
  });
});

describe('files', () => {
  it('two forms of one section', () => {
    scratch.write('apps.yaml', 'apps: []');
    expect(said()[0]).toMatch(
      /apps\.yaml apps: .*apps\.json and .*apps\.yaml both hold the section `apps`; keep one/,
    );
  });

  it('that are missing', () => {
    expect(said({ configPath: join(scratch.directory, 'nowhere') })).toHaveLength(2);
  });

  it.skipIf(process.getuid?.() === 0)('that may not be read', () => {
    chmodSync(join(scratch.directory, 'apps.json'), 0);
    expect(said()[0]).toMatch(/cannot be read \(EACCES\)/);
  });

  it('that are not UTF-8', () => {
    scratch.write('daemon.json', Buffer.from([0xff, 0xfe, 0x7b, 0x00]).toString('latin1'));
    expect(said()[0]).toMatch(/daemon\.json/);
  });

  it('sections of a single file', () => {
    scratch.write('one.yaml', 'apps: []\naliases: {}\n');
    const complaints = said({ configPath: join(scratch.directory, 'one.yaml') });
    expect(complaints[0]).toMatch(/one\.yaml:1:1 backends: is missing/);
    expect(complaints[1]).toMatch(/one\.yaml:2:1 aliases: does not belong here; move it to `backends`/);
  });

  it('keys of a single file have the line there', () => {
    scratch.write(
      'one.yaml',
      'apps:\n  - app_id: a\n    backend: {type: clod}\nbackends:\n  backends:\n    - type: mirror\n      naem: x\n',
    );
    expect(said({ configPath: join(scratch.directory, 'one.yaml') })).toEqual([
      expect.stringMatching(/^one\.yaml:3:15 apps\[0\]\.backend\.type: "clod" is no type/),
      expect.stringMatching(/^one\.yaml:7:7 backends\[0\]\.naem: .*did you mean `name`/),
    ]);
  });
});

describe('YAML', () => {
  const yaml: Record<string, [string, RegExp]> = {
    'a tab': ['a:\n\tb: 1', /daemon\.yaml:2:1 is not valid YAML/],
    'a key twice': [
      'listen: {}\nlisten: {}',
      /daemon\.yaml:2:1 is not valid YAML: this key is written twice/,
    ],
    'a tag': ['listen: !!js/function x', /daemon\.yaml:1:9 is not valid YAML: tags beginning with !/],
    'two documents': ['listen: {}\n---\nlisten: {}', /only one document/],
    'a prototype': ['__proto__: {listen: {}}', /__proto__/],
    'a bomb': [
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefgh'].map((n, i) => `${n}: &${n} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`).join('\n')}`,
      /anchors/,
    ],
    'a date': ['%YAML 1.1\n---\nlisten: 2020-01-01', /listen|directive|%/],
    'a loop': ['listen: &l {tls: *l}', /anchors|levels|tls/],
    'an unclosed quote': ['listen: "x', /quote/],
  };
  it.each(Object.entries(yaml))('%s', (_, [text, says]) => {
    scratch.write('daemon.yaml', text);
    expect(said().join('\n')).toMatch(says);
  });
});

describe('warnings', () => {
  it('of keys that anybody on the way can read', () => {
    const apps = { apps: [{ app_id: 'a', api_keys: [`sha256:${'0'.repeat(64)}`] }] };
    scratch.write('apps.json', JSON.stringify(apps));
    const listening = (listen: object) => {
      scratch.write('daemon.json', JSON.stringify({ listen }));
      return warned();
    };
    const open = { host_v4: '0.0.0.0' };
    expect(listening(open)).toEqual([
      expect.stringMatching(/^daemon\.json:1:12 warning: listen\.host_v4: .*plain HTTP.*give `listen\.tls`/),
    ]);
    expect(listening({ ...open, host_v6: '::' })).toHaveLength(2);
    expect(listening({ ...open, trusted_proxies: ['unix', '127.0.0.0/8', '::1'] })).toHaveLength(1);
    expect(listening({ ...open, trusted_proxies: ['10.0.0.0/8'] })).toEqual([]);
    expect(listening({ host_v4: '127.0.0.1', host_v6: '::1' })).toEqual([]);
    const pem = join(scratch.directory, 'apps.json');
    expect(listening({ ...open, tls: { cert_file: pem, key_file: pem } })).toEqual([]);
  });

  it('name what is not in effect, once for each option', () => {
    scratch.write(
      'daemon.json',
      '{"admin": {"dashboard": true}, "tracing": {"otlp_endpoint": "http://127.0.0.1:4318"}}',
    );
    scratch.write(
      'apps.json',
      '{"apps": [{"app_id": "a", "jwt": null, "api_keys": ["${K}"], "tools": ["clock"]},\n{"app_id": "b", "api_keys": ["${L}"], "tools": ["clock"], "weight": 1}]}',
    );
    expect(warned({ env: { K: 'key-of-a-1234', L: 'key-of-b-1234' } })).toEqual([
      expect.stringMatching(
        /^apps\.json:1:\d+ warning: apps\[0\]\.tools: is understood but not in effect in this version: .* \(here and in 1 more places\)/,
      ),
      expect.stringMatching(/daemon\.json:1:\d+ warning: admin\.dashboard: is understood but not in effect/),
      expect.stringMatching(/warning: tracing\.otlp_endpoint: is understood/),
    ]);
  });

  it('of keys of a PostgreSQL server that is not named', () => {
    scratch.write('daemon.json', '{"database": {"username": "u",\n"ssl_mode": "require"}}');
    expect(warned()).toEqual([
      expect.stringMatching(/^daemon\.json:1:\d+ warning: database\.username: has no effect: no PostgreSQL/),
    ]);
  });

  it('leave alone what asks for nothing', () => {
    scratch.write(
      'daemon.json',
      '{"cache": {"enabled": false}, "database": null, "admin": {"dashboard": false}, "rate_limit": {}, "tools": {"servers": {}}}',
    );
    expect(warned()).toEqual([]);
  });

  it('of keys in plain text, once a file, and of files that all may read', () => {
    scratch.write(
      'apps.json',
      '{"apps": [{"app_id": "a", "api_keys": ["plain-key-one-1", "plain-key-two-2"]}]}',
    );
    expect(warned()).toEqual([
      expect.stringMatching(
        /api_keys\[0\]: is a key in plain text \(and 1 more in this file\); `sluice token --hash`/,
      ),
    ]);
    chmodSync(join(scratch.directory, 'apps.json'), 0o644);
    expect(warned()[0]).toMatch(/may be read by every user.*chmod 600/);
  });

  it('of an app nobody can use', () => {
    scratch.write('apps.json', '{"apps": [{"app_id": "a"}]}');
    expect(warned()).toEqual([expect.stringMatching(/apps\[0\]: has neither `api_keys` nor `jwt`/)]);
  });
});

it('a line end in a key forges no line of the log', () => {
  scratch.write('daemon.json', '{"a\\nERROR b": 1}');
  expect(said()[0]).not.toContain('\n');
});
