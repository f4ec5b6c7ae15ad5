/** Cohere's second API: what talks, what embeds and what ranks. */
import type { Operation } from '../operation.ts';
import { cohereChat } from './cohere-chat.ts';
import { cohereEmbed } from './cohere-embed.ts';
import { cohereRerank } from './rerank.ts';

export const cohereOperations: readonly Operation[] = [cohereChat, cohereEmbed, cohereRerank];
