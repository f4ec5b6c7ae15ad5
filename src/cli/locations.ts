import { resolve } from 'node:path';

import { ComplaintBook } from '../config/complaint-book.ts';
import { processEnvironment } from '../config/environment.ts';
import { findFiles } from '../config/find-files.ts';
import { adminSocketPath, pidFilePath } from '../config/paths.ts';
import type { GlobalOptions } from './command-file.ts';
import { wrongUsage } from './exit-code.ts';

/** Where the daemon of these flags keeps its things. Both sides of the control socket must agree, so both ask here. */
export interface Locations {
  readonly configDir: string;
  readonly pidFile: string;
  readonly controlSocket: string;
}

export function locate(options: GlobalOptions & { readonly pidFile?: string }): Locations {
  // Only the directory matters here; what is wrong with the files, the loader will say.
  const { directory } = findFiles(configPathOf(options), processEnvironment(), new ComplaintBook());
  const pidFile = options.pidFile === undefined ? pidFilePath(directory) : resolve(options.pidFile);
  return { configDir: directory, pidFile, controlSocket: adminSocketPath(directory) };
}

/** `--config` and `--config-dir` are one flag with two names. */
export function configPathOf(options: GlobalOptions): string | undefined {
  const { config, configDir } = options;
  if (config !== undefined && configDir !== undefined && resolve(config) !== resolve(configDir)) {
    throw wrongUsage('--config and --config-dir are the same flag; give one of them.');
  }
  return config ?? configDir;
}
