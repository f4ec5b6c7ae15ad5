// What all these scripts share: the official client, with nothing changed but where it looks.
import OpenAI from 'openai';

export const model = process.env.SLUICE_MODEL ?? 'echo';

export const client = new OpenAI({
  baseURL: process.env.SLUICE_URL ?? 'http://127.0.0.1:8080/v1',
  apiKey: process.env.SLUICE_KEY ?? 'no key needed',
});
