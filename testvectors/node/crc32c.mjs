// CRC-32C: polynomial 0x1EDC6F41, reflected (RFC 3720, appendix B.4).
const REFLECTED = 0x82f63b78;
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ REFLECTED : crc >>> 1;
  return crc;
});

/** An unsigned number. */
export function crc32c(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
