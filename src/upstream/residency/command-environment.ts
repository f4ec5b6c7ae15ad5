import type { Environment } from '../../config/environment.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Backend } from '../backend.ts';

/** What a command needs to find programs, its home and the card. Everything else may be a secret, and stays here. */
const passedOn =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_[A-Z]+|TZ|TMPDIR|XDG_RUNTIME_DIR|DBUS_SESSION_BUS_ADDRESS|DOCKER_HOST|LD_LIBRARY_PATH|(CUDA|NVIDIA|HIP|ROCR|GPU|HSA)_[A-Z_]*(DEVICE|DEVICES|HOME|PATH|VERSION|ORDER|ORDINAL))$/;

/** The environment of a command: a few of our variables, and what the command is about. */
export function commandEnvironment(
  environment: Environment,
  backend: Backend,
  model: string,
  options: JsonObject | undefined,
): Readonly<Record<string, string>> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment))
    if (value !== undefined && passedOn.test(name)) own[name] = value;
  return {
    ...own,
    SLUICE_BACKEND: backend.name,
    SLUICE_BASE_URL: `${backend.origin ?? ''}${backend.basePath}`,
    SLUICE_MODEL: model,
    SLUICE_LOAD_OPTIONS: JSON.stringify(options ?? {}),
  };
}
