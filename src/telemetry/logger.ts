import { type Clock, systemClock } from '../model/clock.ts';
import { IsoTime } from './iso-time.ts';
import { LineFile } from './line-file.ts';
import { jsonLine, type LogFields, type LogLevel, loudness } from './log-line.ts';
import { textLine } from './text-line.ts';

/**
 * The log of the house: one line per event on standard error or in a file. It knows no configuration and
 * nothing of what it prints; Secrets mask themselves.
 */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger whose every line carries these fields too. */
  child(fields: LogFields): Logger;
  /** To spare the making of a costly field. */
  isEnabled(level: LogLevel): boolean;
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: 'json' | 'text';
  /** Undefined = standard error. */
  readonly file: string | undefined;
  /** For `text`: a terminal that wants colours (`NO_COLOR` is read by whoever reads the environment). */
  readonly isColoured?: boolean | undefined;
}

/** Where lines become lines: the output of every logger, and of the access log. */
export class Log implements Logger {
  readonly #clock: Clock;
  readonly #time: IsoTime;
  #options: LogOptions;
  #out: LineFile;
  #linesDroppedBefore = 0;

  constructor(options: LogOptions, clock: Clock = systemClock) {
    this.#clock = clock;
    this.#time = new IsoTime(clock);
    this.#options = options;
    this.#out = this.#open(options.file);
  }

  /** Takes new options over, as a reload brings them. Lines already written stay in the file they went to. */
  async apply(options: LogOptions): Promise<void> {
    const isMoved = options.file !== this.#options.file;
    this.#options = options;
    if (!isMoved) return;
    const old = this.#out;
    this.#out = this.#open(options.file);
    await old.close();
    this.#linesDroppedBefore += old.linesDropped;
  }

  /** For SIGHUP: lines go on into a new file of the same name. */
  reopen(): void {
    this.#out.reopen();
  }

  flush(): Promise<void> {
    return this.#out.flush();
  }

  /** For exit hooks: no line is lost by `process.exit`. */
  flushSync(): void {
    this.#out.flushSync();
  }

  close(): Promise<void> {
    return this.#out.close();
  }

  get linesDropped(): number {
    return this.#linesDroppedBefore + this.#out.linesDropped;
  }

  get format(): LogOptions['format'] {
    return this.#options.format;
  }

  /** The time of a line, for those who make lines of their own. */
  timestamp(): string {
    return this.#time.now();
  }

  /** Writes a line somebody else made, newline included. */
  writeRaw(line: string): void {
    this.#out.write(line);
  }

  debug(message: string, fields: LogFields = {}): void {
    this.write('debug', message, fields);
  }

  info(message: string, fields: LogFields = {}): void {
    this.write('info', message, fields);
  }

  warn(message: string, fields: LogFields = {}): void {
    this.write('warn', message, fields);
  }

  error(message: string, fields: LogFields = {}): void {
    this.write('error', message, fields);
  }

  child(fields: LogFields): Logger {
    return new ChildLogger(this, fields);
  }

  isEnabled(level: LogLevel): boolean {
    return loudness[level] >= loudness[this.#options.level];
  }

  write(level: LogLevel, message: string, fields: LogFields): void {
    if (this.isEnabled(level)) this.#out.write(this.lineOf(level, message, fields));
  }

  /** The line itself, in the format of this log. */
  lineOf(level: LogLevel, message: string, fields: LogFields): string {
    const { format, isColoured = false } = this.#options;
    const ts = this.#time.now();
    return format === 'json'
      ? jsonLine(ts, level, message, fields)
      : textLine(ts, level, message, fields, isColoured);
  }

  #open(path: string | undefined): LineFile {
    return new LineFile({
      path,
      clock: this.#clock,
      fallback: 'stderr',
      onTrouble: (error, linesDropped) => this.#tellTrouble(path, error, linesDropped),
    });
  }

  /** A log that cannot be written is told where it can be read: the next batch carries this line. */
  #tellTrouble(path: string | undefined, error: Error, linesDropped: number): void {
    if (path === undefined) return;
    this.error('the log file cannot be written; its lines go to standard error', {
      file: path,
      error,
      linesDropped,
    });
  }
}

class ChildLogger implements Logger {
  readonly #log: Log;
  readonly #fields: LogFields;

  constructor(log: Log, fields: LogFields) {
    this.#log = log;
    this.#fields = fields;
  }

  debug(message: string, fields?: LogFields): void {
    this.#write('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#write('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#write('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#write('error', message, fields);
  }

  child(fields: LogFields): Logger {
    return new ChildLogger(this.#log, { ...this.#fields, ...fields });
  }

  isEnabled(level: LogLevel): boolean {
    return this.#log.isEnabled(level);
  }

  #write(level: LogLevel, message: string, fields: LogFields | undefined): void {
    if (this.#log.isEnabled(level)) this.#log.write(level, message, { ...this.#fields, ...fields });
  }
}

/** Says nothing to nobody; for tests, and for commands that print instead. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
  isEnabled: () => false,
};
