/**
 * Ed25519 (RFC 8032, 5.1.7) in our own arithmetic: loaded where the browser has none, or where its rule may not be ours. Holds when S is
 * below L, y of the key below p and not with a negative zero x, and S·B - k·A, without cofactor, encodes as R. Everything is public, so
 * nothing takes the same time for all inputs.
 */
import { hex, same } from './evidence-text.js';

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

const mod = (a, m = P) => ((a % m) + m) % m;
const power = (base, exponent) => {
  let result = 1n;
  for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = (b * b) % P) if (e & 1n) result = (result * b) % P;
  return result;
};
const inverse = (a) => power(a, P - 2n);

const D = mod(-121665n * inverse(121666n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

const number = (littleEndian) => BigInt(`0x${hex(littleEndian.slice().reverse())}`);
const yOf = (point) => number(point) & (2n ** 255n - 1n);

/** @typedef {[bigint, bigint, bigint, bigint]} Point X, Y, Z, T with x = X/Z, y = Y/Z, T = XY/Z */

/** 5.1.4; holds for every two points of the curve, equal ones included. @returns {Point} */
const add = ([x1, y1, z1, t1], [x2, y2, z2, t2]) => {
  const a = mod((y1 - x1) * (y2 - x2)), b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * D * t1 * t2), d = mod(2n * z1 * z2);
  const e = b - a, f = d - c, g = d + c, h = b + a;
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
};

/** 5.1.3; null when the bytes are not the encoding of a point. @returns {?Point} */
function decode(bytes) {
  const y = yOf(bytes), sign = BigInt(bytes[31] >> 7);
  if (y >= P) return null;
  const u = mod(y * y - 1n), v = mod(D * y * y + 1n);
  let x = mod(u * v ** 3n * power(u * v ** 7n, (P - 5n) / 8n));
  const vxx = mod(v * x * x);
  if (vxx === mod(-u)) x = mod(x * ROOT_OF_MINUS_ONE);
  else if (vxx !== u) return null;
  if (x === 0n && sign) return null;
  if ((x & 1n) !== sign) x = mod(-x);
  return [x, y, 1n, mod(x * y)];
}

function encode([x, y, z]) {
  const i = inverse(z);
  let n = mod(y * i) | ((mod(x * i) & 1n) << 255n);
  return Uint8Array.from({ length: 32 }, () => {
    const byte = Number(n & 255n);
    n >>= 8n;
    return byte;
  });
}

/** @param {Uint8Array} publicKey 32 bytes @param {Uint8Array} message @param {Uint8Array} signature 64 bytes */
export async function verifyHere(publicKey, message, signature) {
  const [r, s, key] = [signature.slice(0, 32), number(signature.slice(32)), decode(publicKey)];
  if (s >= L || !key) return false;
  const hashed = new Uint8Array(await crypto.subtle.digest('SHA-512', new Uint8Array([...r, ...publicKey, ...message])));
  const k = mod(number(hashed), L);

  const base = decode(encode([0n, mod(4n * inverse(5n)), 1n, 0n])); // y = 4/5, x even
  const [x, y, z, t] = key, minusKey = ([mod(-x), y, z, mod(-t)]);
  const both = add(base, minusKey);
  let sum = ([0n, 1n, 1n, 0n]);
  for (let bit = 252n; bit >= 0n; bit--) {
    sum = add(sum, sum);
    const inS = (s >> bit) & 1n, inK = (k >> bit) & 1n;
    if (inS || inK) sum = add(sum, inS && inK ? both : inS ? base : minusKey);
  }
  return same(encode(sum), r); // what we encode is canonical, so another spelling of R is refused
}
