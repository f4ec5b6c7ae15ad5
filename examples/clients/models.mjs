// The models this key may use.
import { client } from './connect.mjs';

for await (const model of client.models.list()) console.log(`${model.id}  (${model.owned_by})`);
