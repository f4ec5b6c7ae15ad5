import { changedImages } from '../openai-media-family/changed-images.ts';

/** OpenAI's pictures that resemble another (protocols 2.8). */
export const openAiImageVariations = changedImages(
  'openai-image-variations',
  '/images/variations',
  'variation',
);
