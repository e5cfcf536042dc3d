/** What a frame reader makes of bytes, in whatever parts they come. */
import { FrameReader } from "../frame-reader.ts";

export interface Heard {
  readonly said: string[];
  readonly failure: string | undefined;
  readonly isClean: boolean;
}

/** Reads the parts one after the other, as a socket would hand them over: always in the same buffer. */
export function hear(parts: readonly Buffer[], bytesMax: number = 1 << 20, packed = false): Heard {
  const reader = new FrameReader(bytesMax, packed);
  const said: string[] = [];
  const buffer = Buffer.alloc(Math.max(1, ...parts.map((part) => part.length)) + 3);
  const sink = {
    message: (binary: boolean, isPacked: boolean, from: Buffer, start: number, end: number) => {
      const kind = `${isPacked ? "packed " : ""}${binary ? "bytes" : "text"}`;
      said.push(`${kind} ${from.toString("latin1", start, end)}`);
    },
    control: (opcode: number, from: Buffer, start: number, end: number) => {
      said.push(`control ${opcode} ${from.toString("latin1", start, end)}`);
    },
  };
  for (const part of parts) {
    buffer.fill(0xee);
    part.copy(buffer, 3);
    reader.read(buffer, 3, 3 + part.length, sink);
  }
  return { said, failure: reader.failure?.message, isClean: reader.isClean };
}
