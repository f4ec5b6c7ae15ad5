// How near are two texts to each other?
import { client, model } from './connect.mjs';

const input = [process.argv[2] ?? 'a lock in a canal', process.argv[3] ?? 'a sluice in a river'];
const { data } = await client.embeddings.create({ model, input });
const [a, b] = data.map(({ embedding }) => embedding);
const dot = (x, y) => x.reduce((sum, value, at) => sum + value * y[at], 0);
console.log(`${a.length} numbers each; cosine ${(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))).toFixed(3)}`);
