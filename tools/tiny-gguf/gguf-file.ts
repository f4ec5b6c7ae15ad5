/** Writes GGUF version 3 (ggml/docs/gguf.md): metadata, tensor descriptions, aligned float32 tensors. Knows no model. */
const MAGIC = Buffer.from('GGUF');
const VERSION = 3;
const ALIGNMENT = 32;
const TENSOR_TYPE_F32 = 0;

export type MetadataValue =
  | { readonly type: 'uint32'; readonly value: number }
  | { readonly type: 'float32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'float32s'; readonly value: readonly number[] }
  | { readonly type: 'int32s'; readonly value: readonly number[] };

export interface Tensor {
  readonly name: string;
  /** Innermost first, as ggml counts them. */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const TYPE_CODE = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;

export function ggufFile(
  metadata: Readonly<Record<string, MetadataValue>>,
  tensors: readonly Tensor[],
): Buffer {
  const entries = Object.entries(metadata);
  const head = Buffer.concat([
    MAGIC,
    uint32(VERSION),
    uint64(tensors.length),
    uint64(entries.length),
    ...entries.map(([key, value]) => Buffer.concat([string(key), metadataValue(value)])),
    ...tensorDescriptions(tensors),
  ]);
  return Buffer.concat([padded(head), ...tensors.map((tensor) => padded(float32Bytes(tensor.data)))]);
}

function metadataValue(entry: MetadataValue): Buffer {
  switch (entry.type) {
    case 'uint32':
      return Buffer.concat([uint32(TYPE_CODE.uint32), uint32(entry.value)]);
    case 'float32':
      return Buffer.concat([uint32(TYPE_CODE.float32), float32(entry.value)]);
    case 'bool':
      return Buffer.concat([uint32(TYPE_CODE.bool), Buffer.from([entry.value ? 1 : 0])]);
    case 'string':
      return Buffer.concat([uint32(TYPE_CODE.string), string(entry.value)]);
    case 'strings':
      return array(TYPE_CODE.string, entry.value.map(string));
    case 'float32s':
      return array(TYPE_CODE.float32, entry.value.map(float32));
    case 'int32s':
      return array(TYPE_CODE.int32, entry.value.map(int32));
  }
}

function array(elementType: number, elements: readonly Buffer[]): Buffer {
  return Buffer.concat([uint32(TYPE_CODE.array), uint32(elementType), uint64(elements.length), ...elements]);
}

function tensorDescriptions(tensors: readonly Tensor[]): Buffer[] {
  let offset = 0;
  return tensors.map(({ name, shape, data }) => {
    const dimensions = shape.map(uint64);
    const described = [
      string(name),
      uint32(shape.length),
      ...dimensions,
      uint32(TENSOR_TYPE_F32),
      uint64(offset),
    ];
    offset += roundedUp(data.byteLength);
    return Buffer.concat(described);
  });
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(roundedUp(bytes.length) - bytes.length)]);
}

function roundedUp(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function float32Bytes(data: Float32Array): Buffer {
  const bytes = Buffer.alloc(data.byteLength);
  data.forEach((value, at) => {
    bytes.writeFloatLE(value, at * 4);
  });
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}
