// The Responses interface, whole and streamed.
import { client, model } from './connect.mjs';

const input = process.argv[2] ?? 'Hello, Sluice';
const whole = await client.responses.create({ model, input });
console.log(whole.output_text);

for await (const event of await client.responses.create({ model, input, stream: true })) {
  if (event.type === 'response.output_text.delta') process.stdout.write(event.delta);
  if (event.type === 'response.completed') console.log();
}
