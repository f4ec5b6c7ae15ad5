/** ComfyUI (server.py): it loads what it needs, and can be told to let go of it. */
import type { Operation } from '../operation.ts';
import { control, willing } from './control-operation.ts';
import type { RuntimeMemory } from './runtime-memory.ts';

const GIB = 1024 ** 3;

export function comfyuiControls(memory: RuntimeMemory): Operation[] {
  return [
    control('comfyui-stats', 'GET', '/system_stats', () => {
      const isUsed = memory.residents.size > 0;
      return {
        devices: [
          {
            name: 'cuda:0',
            vram_total: 24 * GIB,
            vram_free: isUsed ? 16 * GIB : 23 * GIB,
            torch_vram_total: isUsed ? 8 * GIB : GIB / 16,
            torch_vram_free: isUsed ? GIB : GIB / 32,
          },
        ],
      };
    }),
    control('comfyui-queue', 'GET', '/queue', () => ({
      queue_running: Array.from({ length: memory.mood.strangers }, () => []),
      queue_pending: [],
    })),
    control(
      'comfyui-free',
      'POST',
      '/free',
      willing(memory, () => {
        for (const model of [...memory.residents.keys()]) void memory.unload(model);
        return {};
      }),
    ),
  ];
}
