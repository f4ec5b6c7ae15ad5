/** The route of today: `input`, one text or several, in; `embeddings` out. Backends are only ever asked here. */
export const ROUTE = '/api/embed';

/** The route of 2023: one `prompt` in, one `embedding` out. What comes by it passes on as it came. */
export const OLD_ROUTE = '/api/embeddings';
