// The server's half of a WebSocket handshake (RFC 6455 §4.2): SHA-1 and Base64 of the key, no more.
#ifndef HOLDFAST_BENCH_HANDSHAKE_H
#define HOLDFAST_BENCH_HANDSHAKE_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define KEY_CHARS 24
#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

static inline uint32_t rotated(uint32_t word, int bits) {
  return word << bits | word >> (32 - bits);
}

// One block of 64 bytes (FIPS 180-4 §6.1.2).
static inline void sha1_block(uint32_t hash[5], const uint8_t block[64]) {
  uint32_t w[80], a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4];
  for (int t = 0; t < 16; t++)
    w[t] = (uint32_t)block[4 * t] << 24 | block[4 * t + 1] << 16 | block[4 * t + 2] << 8 |
           block[4 * t + 3];
  for (int t = 16; t < 80; t++)
    w[t] = rotated(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
  for (int t = 0; t < 80; t++) {
    uint32_t f = t < 20   ? (b & c) | (~b & d)
                 : t < 40 ? b ^ c ^ d
                 : t < 60 ? (b & c) | (b & d) | (c & d)
                          : b ^ c ^ d;
    static const uint32_t K[] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
    uint32_t next = rotated(a, 5) + f + e + K[t / 20] + w[t];
    e = d, d = c, c = rotated(b, 30), b = a, a = next;
  }
  hash[0] += a, hash[1] += b, hash[2] += c, hash[3] += d, hash[4] += e;
}

// Of the key and the GUID, which are 60 bytes together: with their padding, two blocks.
static inline void accept_of(const char *key, char accept[29]) {
  uint8_t blocks[128] = {0};
  memcpy(blocks, key, KEY_CHARS);
  memcpy(blocks + KEY_CHARS, GUID, 36);
  blocks[60] = 0x80;
  blocks[126] = 60 * 8 >> 8, blocks[127] = 60 * 8 & 0xff;
  uint32_t hash[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  sha1_block(hash, blocks);
  sha1_block(hash, blocks + 64);
  uint8_t digest[21] = {0};
  for (int i = 0; i < 20; i++) digest[i] = hash[i / 4] >> (24 - 8 * (i % 4));
  static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int i = 0; i < 7; i++) {
    uint32_t three = digest[3 * i] << 16 | digest[3 * i + 1] << 8 | digest[3 * i + 2];
    for (int j = 0; j < 4; j++) accept[4 * i + j] = DIGITS[three >> (18 - 6 * j) & 63];
  }
  accept[27] = '=', accept[28] = 0;
}

// The whole answer to a request that carries a key; 0 bytes when it carries none.
static inline int upgrade_answer(const char *request, char *into, size_t room) {
  static const char NAME[] = "\r\nsec-websocket-key:";
  const char *key = strcasestr(request, NAME);
  if (key == NULL) return 0;
  key += sizeof NAME - 1;
  while (*key == ' ') key++;
  if (strlen(key) < KEY_CHARS) return 0;
  char accept[29];
  accept_of(key, accept);
  return snprintf(into, room,
                  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                  "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
                  accept);
}
#endif
