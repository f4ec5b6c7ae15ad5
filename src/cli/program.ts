import { Command, Option } from 'commander';

import type { CommandFile } from './command-file.ts';
import { wrongUsage } from './exit-code.ts';
import { collect, readCount, readExpiry, readLevel, readPort, withAddress, withTimeout } from './flags.ts';
import type { Terminal } from './terminal.ts';

/**
 * Every command with its flags. A command's own file is imported when it is run and not before, so that
 * `sluice status` never waits for the web framework.
 */
export function buildProgram(
  terminal: Terminal,
  version: string,
  onDone: (exitCode: number) => void,
): Command {
  const program = new Command('sluice')
    .description('One small daemon between your programs and language models.')
    .version(version, '-V, --version', 'print the version')
    .option('--config <path>', 'configuration directory, or one file with all sections')
    .option('--config-dir <path>', 'the same')
    .option('--json', 'print JSON')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.remark(text.trimEnd()),
    })
    .exitOverride();
  const runner: Runner = (load) =>
    async function runCommand(this: Command) {
      const { run } = await load();
      onDone(await run(this.optsWithGlobals() as never, terminal, this.args));
    };
  addDaemonCommands(program, runner);
  addQuestions(program, runner);
  addLocalCommands(program, runner);
  return program;
}

type Runner = (load: () => Promise<CommandFile>) => (this: Command) => Promise<void>;

function addDaemonCommands(program: Command, runner: Runner): void {
  addStart(program, runner);
  withAddress(program.command('stop').description('drain and stop the running gateway'))
    .option('--pid-file <path>', 'instead of <config-dir>/sluice.pid')
    .action(runner(() => import('./commands/stop.ts')));
  withAddress(program.command('reload').description('read the configuration again')).action(
    runner(() => import('./commands/reload.ts')),
  );
  withTimeout(program.command('status').description('is it running, and how is it'))
    .option('--pid-file <path>', 'instead of <config-dir>/sluice.pid')
    .action(runner(() => import('./commands/status.ts')));
  withTimeout(
    program.command('healthcheck').description('exit 0 if the gateway is ready (for containers)'),
  ).action(runner(() => import('./commands/healthcheck.ts')));
}

function addStart(program: Command, runner: Runner): void {
  const start = program
    .command('start', { isDefault: true })
    .description('run the gateway (the default command)')
    .option('--host <address>', 'listen here instead of listen.host_v4 and host_v6')
    .addOption(new Option('--port <number>', 'listen on this port').argParser(readPort))
    .addOption(
      new Option('--unix-socket <path>', 'listen on this socket, and on no port').conflicts(['host', 'port']),
    )
    .option('--foreground', 'stay in the foreground (the default)')
    .addOption(
      new Option('--detach', 'go to the background once it listens').conflicts(['foreground', 'reload']),
    )
    .option('--reload', 'take changed configuration files up by themselves; in the foreground')
    .option('--pid-file <path>', 'instead of <config-dir>/sluice.pid')
    .addOption(new Option('--log-level <level>', 'debug, info, warn or error').argParser(readLevel))
    // A mistyped command ends up here as an argument of the default one; "too many arguments" would not help.
    .allowExcessArguments(true)
    .hook('preAction', (_program, command) => {
      const [word] = command.args;
      if (word !== undefined) throw wrongUsage(unknownCommand(word, program));
    })
    .action(runner(() => import('./commands/start.ts')));
  withTimeout(start, 'how long --detach waits until it listens', 10);
}

function unknownCommand(word: string, program: Command): string {
  const names = program.commands.map((command) => command.name());
  return `There is no command "${word}"; known: ${names.join(', ')}. \`sluice --help\` explains them.`;
}

/** What is asked of the running daemon. */
function addQuestions(program: Command, runner: Runner): void {
  withTimeout(
    program.command('explain').description('who would serve a model for an app, and why not the others'),
  )
    .requiredOption('--app <id>', 'the app')
    .option('--model <name>', 'as a client would name it; none = the default of the app')
    .option('--op <operation>', 'chat, embeddings, images …', 'chat')
    .action(runner(() => import('./commands/explain.ts')));
  withTimeout(program.command('models').description('every model, and who serves it')).action(
    runner(() => import('./commands/models.ts')),
  );
  withTimeout(program.command('usage').description('requests, tokens and cost'))
    .option('--app <id>', 'only this app')
    .option('--since <moment>', '2026-11-20, an ISO time, or 24h, 7d ago')
    .option('--until <moment>', 'the same')
    .option('--by <words>', 'app, model, backend, day, hour; several with commas', 'app')
    .action(runner(() => import('./commands/usage.ts')));
  withTimeout(program.command('running').description('lanes, queues, and the requests in them')).action(
    runner(() => import('./commands/running.ts')),
  );
  withTimeout(program.command('cancel').description('end a waiting or running request'))
    .argument('<request>', 'its x-request-id')
    .action(runner(() => import('./commands/cancel.ts')));
  withTimeout(
    program.command('test').description('try a backend: is it there, does it take the key, does it write?'),
    'how long it may take, loading a model included',
    150,
  )
    .argument('<backend>', 'its name')
    .option('--model <name>', 'the model that is asked for one token')
    .action(runner(() => import('./commands/test.ts')));
  withTimeout(program.command('unload').description('unload a model as soon as nobody uses it'))
    .argument('<model>', 'as its backend calls it, or an alias')
    .action(runner(() => import('./commands/unload.ts')));
  withTimeout(program.command('drain').description('let nobody into a sequence group; who runs ends'))
    .argument('<group>', 'its name in sequence_groups')
    .action(runner(() => import('./commands/drain.ts')));
  withTimeout(program.command('resume').description('let them into the group again'))
    .argument('<group>', 'its name in sequence_groups')
    .action(runner(() => import('./commands/resume.ts')));
}

/** What needs no daemon. */
function addLocalCommands(program: Command, runner: Runner): void {
  program
    .command('check')
    .description('validate a configuration')
    .action(runner(() => import('./commands/check.ts')));
  program
    .command('config')
    .description('the configuration as the gateway sees it')
    .command('print')
    .description('print it, secrets masked')
    .option('--origin', 'and say where each value came from')
    .action(runner(() => import('./commands/config-print.ts')));
  addToken(program, runner);
  program
    .command('init')
    .description('write a first configuration; asks a few questions on a terminal')
    .action(runner(() => import('./commands/init.ts')));
  program
    .command('version')
    .description('print the version')
    .action(runner(() => import('./commands/version.ts')));
}

function addToken(program: Command, runner: Runner): void {
  program
    .command('token')
    .description('make a key; or, with --jwt, sign a token for an app')
    .addOption(new Option('--bytes <number>', 'how much randomness').default(32).argParser(readCount))
    .option('--prefix <text>', 'put before it', 'sk-')
    .option('--hash', 'print its hash too, for api_keys or admin.token_hash')
    .addOption(
      new Option(
        '--check',
        'tell of the key on standard input whether it is whole, and whose it is',
      ).conflicts(['bytes', 'prefix', 'hash', 'jwt']),
    )
    .addOption(new Option('--jwt', 'sign a token instead').conflicts(['bytes', 'prefix', 'hash']))
    .option('--app <id>', 'with --jwt: the app it stands for')
    .addOption(
      new Option('--expires <duration>', 'with --jwt: how long it is good')
        .default(2_592_000, '30d')
        .argParser(readExpiry),
    )
    .addOption(new Option('--allow <globs>', 'with --jwt: only these models').argParser(collect))
    .addOption(new Option('--deny <globs>', 'with --jwt: not these models').argParser(collect))
    .option('--private-key <file>', 'with --jwt: sign with this PEM key instead of the app’s jwt.secret_file')
    .action(runner(() => import('./commands/token.ts')));
}
