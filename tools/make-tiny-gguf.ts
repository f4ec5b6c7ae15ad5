/** `tsx tools/make-tiny-gguf.ts FILE`: a model of half a megabyte that llama.cpp loads, for tests with a real server. */
import { writeFileSync } from 'node:fs';
import { tinyLlama } from './tiny-gguf/tiny-llama.ts';

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: tsx tools/make-tiny-gguf.ts FILE');
  process.exit(2);
}
const bytes = tinyLlama();
writeFileSync(file, bytes);
console.log(`${file}: ${bytes.length} bytes`);
