// A picture into a file: node image.mjs "a gate in a river" gate.png
import { writeFileSync } from 'node:fs';
import { client, model } from './connect.mjs';

const [prompt = 'a gate in a river', file = 'image.png'] = process.argv.slice(2);
const { data } = await client.images.generate({ model, prompt, response_format: 'b64_json' });
writeFileSync(file, Buffer.from(data[0].b64_json, 'base64'));
console.log(`wrote ${file}`);
