/** What HTTP allows a byte to be (RFC 9110 §5.5, §5.6.2), as tables: one array read a byte. */
export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const ZERO = 0x30;
export const NINE = 0x39;

/** 1 for the bytes that end or spoil a line: all controls but the tab, and DEL. */
export const CONTROL: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte < 0x20 && byte !== TAB) || byte === 0x7f ? 1 : 0,
);

const TOKEN_CHARS = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** 1 for the bytes a header's name may have. */
export const TOKEN: Uint8Array = new Uint8Array(256);
for (const char of TOKEN_CHARS) TOKEN[char.charCodeAt(0)] = 1;

/** 0 to 15 for a hexadecimal digit, 255 for any other byte. */
export const HEX_VALUE: Uint8Array = new Uint8Array(256).fill(255);
for (let digit = 0; digit < 16; digit++) {
  HEX_VALUE[digit.toString(16).charCodeAt(0)] = digit;
  HEX_VALUE[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}
