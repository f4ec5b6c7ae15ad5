// An answer word by word, and what it used.
import { client, model } from './connect.mjs';

const stream = await client.chat.completions.create({
  model,
  messages: [{ role: 'user', content: process.argv[2] ?? 'Hello, Sluice' }],
  stream: true,
  stream_options: { include_usage: true },
});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta.content ?? '');
  if (chunk.usage) console.log(`\n(${chunk.usage.total_tokens} tokens)`);
}
