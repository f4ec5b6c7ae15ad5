// A question about a picture: node describe-image.mjs photo.png "What is this?"
import { readFileSync } from 'node:fs';
import { client, model } from './connect.mjs';

const [file, question = 'What is in this picture?'] = process.argv.slice(2);
const onePixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const image = file === undefined ? onePixel : readFileSync(file, 'base64');
const answer = await client.chat.completions.create({
  model,
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: question },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } },
      ],
    },
  ],
});
console.log(answer.choices[0].message.content);
