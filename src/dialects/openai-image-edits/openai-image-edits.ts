import { changedImages } from '../openai-media-family/changed-images.ts';

/** OpenAI's pictures made from other pictures and a prompt (protocols 2.8). */
export const openAiImageEdits = changedImages('openai-image-edits', '/images/edits', 'edit');
