/** Cohere's second API: what talks and what embeds. */
import type { Operation } from '../operation.ts';
import { cohereChat } from './cohere-chat.ts';
import { cohereEmbed } from './cohere-embed.ts';

export const cohereOperations: readonly Operation[] = [cohereChat, cohereEmbed];
