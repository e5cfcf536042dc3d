/** What a history may cost while it is recorded, and how it is laid out on disk. */

/** Rows of one block: 50,000 operations a second make 25 messages between threads. Keys are numbered in 16 bits. */
export const BLOCK_ROWS_MAX = 2_048;

/** Bytes of the ids in one block, and of the values and the results, 64 KiB each: it is sealed when a row might not fit. */
export const BLOCK_VALUE_BYTES_MAX = 65_536;

/** Room for the names and keys of one block, 16 KiB; a block with more of them is copied into larger memory when sealed. */
export const BLOCK_DICTIONARY_BYTES = 16_384;

/** Blocks, 260 KB each, that an engine thread keeps to fill again. More are only there while the disk is behind. */
export const SPARE_BLOCKS_MAX = 16;

/** An id, value or result that takes more bytes is kept as its SHA-256: checkers only ask whether two are equal. */
export const VALUE_BYTES_MAX = 4_096;

/** Operations begun and not yet ended, per engine thread. Beyond it the run ends with an error. */
export const OPERATIONS_IN_FLIGHT_MAX = 1_048_576;

/** Where the table of operations in flight starts; it doubles from here. */
export const OPERATIONS_IN_FLIGHT_START = 1_024;

/** Different operation names of one test: their code is one byte. */
export const OPERATION_NAMES_MAX = 255;

/** Blocks of one engine thread that are handed out and not yet written. Beyond it records are counted as lost. */
export const BLOCKS_OUTSTANDING_MAX = 256;

/** No file of a history grows beyond this: 256 MiB. */
export const CHUNK_BYTES_MAX = 268_435_456;

/** Lines of a JSON Lines history that are named when wrong; the rest is only counted. */
export const BAD_LINES_SHOWN_MAX = 20;

/** Bytes of a history's file that are read at once, 4 MiB. */
export const READ_BYTES = 4_194_304;

/** Values of more bytes are looked up while a history is read; shorter ones are kept as they come, and merged at its end. */
export const PLAIN_BYTES_MAX = 40;
