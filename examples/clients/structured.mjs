// An answer that is JSON of a given form. It needs a model that can do that; the backend `echo` cannot.
import { client, model } from './connect.mjs';

const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, country: { type: 'string' } },
  required: ['city', 'country'],
  additionalProperties: false,
};
const answer = await client.chat.completions.create({
  model,
  messages: [{ role: 'user', content: process.argv[2] ?? 'Where does the Danube end? Name the town and its country.' }],
  response_format: { type: 'json_schema', json_schema: { name: 'place', strict: true, schema } },
});
console.log(JSON.parse(answer.choices[0].message.content));
