// One question, one answer.
import { client, model } from './connect.mjs';

const answer = await client.chat.completions.create({
  model,
  messages: [{ role: 'user', content: process.argv[2] ?? 'Hello, Sluice' }],
});
console.log(answer.choices[0].message.content);
