export { argumentsObject } from '../tool-use-family/tool-arguments.ts';
