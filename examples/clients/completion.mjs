// The older interface: a text that is continued.
import { client, model } from './connect.mjs';

const answer = await client.completions.create({ model, prompt: process.argv[2] ?? 'Once upon a time' });
console.log(answer.choices[0].text);
